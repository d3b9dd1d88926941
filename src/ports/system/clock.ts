/** Clocks by purpose: `wallMs` is stored and shown, `monotonicMs` measures durations, `cpuMs` measures cost. */
export type Clock = {
  wallMs(): number;
  /** Shared by all processes of this machine, so that a server and its runner can compare readings. */
  monotonicMs(): number;
  /** Continues while the machine sleeps, and no one sets it. Absent where the system has no such clock beside the others. */
  bootMs?(): number;
  /** Processor time of this process, user and system. */
  cpuMs(): number;
};
