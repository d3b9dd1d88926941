/**
 * Three clocks named for purpose: `wallMs` is stored and shown, `monotonicMs` measures durations, `cpuMs` tells what work
 * costs.
 */
export type Clock = {
  wallMs(): number;
  /** Counts from one moment for all processes of this machine, so that a server and its runner can compare readings. */
  monotonicMs(): number;
  /** Processor time that this process has used so far, user and system. */
  cpuMs(): number;
};
