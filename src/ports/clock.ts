/** Two clocks named for purpose: `wallMs` is stored and shown, `monotonicMs` measures durations. */
export type Clock = {
  wallMs(): number;
  monotonicMs(): number;
};
