// Sleeping until something happens. What happens between two sleeps is not lost: the next one ends at once.

export class WakeUp {
  #isRung = false;
  #end: (() => void) | null = null;

  /** Ends the sleep of now, or else the next one. */
  ring(): void {
    this.#isRung = true;
    this.#end?.();
  }

  /** Resolves after `ms`, when it is rung, or when `signal` is aborted. Never rejects. One sleeper at a time. */
  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (!this.#isRung && !signal?.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, ms);
      // Whoever sleeps again and again under one signal must not leave a listener behind each time (R15).
      const end = () => resolve();
      signal?.addEventListener("abort", end);
      this.#end = end;
      await promise;
      this.#end = null;
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
    }
    this.#isRung = false;
  }
}
