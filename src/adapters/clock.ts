// The machine's two clocks. Everything that needs time is given a Clock, so that tests can step one by hand.

import type { Clock } from "../ports/clock.ts";

export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};
