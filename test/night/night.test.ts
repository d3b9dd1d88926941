// Nights, seeded: the real runner, store, supervisors and pages on a fake clock, with scripted workers and a recorder outside.
// `NIGHT_SEED=7 npx vitest run test/night/night.test.ts` plays one night again.

import { rounds } from "../support/rounds.ts";
import { playNights } from "./play-nights.ts";

playNights("N73, N74, N93, N94, N95, N96: night %i: every claim of the pages is what was seen from outside", {
  from: 1,
  count: rounds({ short: 2, full: 50 }),
});
