// Keeps the machine from sleeping because no person uses it.

export type KeepAwake = {
  /**
   * From now on, until `release` or the end of this process, however it ends. Does nothing while held. `onProblem` gets one
   * sentence when it cannot be held, or is not held any longer.
   */
  hold(why: string, onProblem: (sentence: string) => void): void;
  /** Safe to call at any time. */
  release(): void;
};
