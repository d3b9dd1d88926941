// A sleep that can be ended early. A ring between two sleeps is not lost: the next one ends at once.

export class WakeUp {
  #isRung = false;
  #end: (() => void) | null = null;

  /** Ends the current sleep, or else the next one. */
  ring(): void {
    this.#isRung = true;
    this.#end?.();
  }

  /** Resolves after `ms`, at a ring, or when `signal` is aborted. Never rejects. One sleeper at a time. */
  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (!this.#isRung && !signal?.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, ms);
      // Repeated sleeps under one signal must not pile up listeners (R15).
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
