// Runs and what can be done to them, in memory: what a test sets is read, and what pages do is written down.

import type { ActionResult, RunActions } from "../../src/app/runs/run-actions.ts";
import type { Run } from "../../src/core/run/run.ts";
import type { LogTail } from "../../src/ports/run-files.ts";
import type { RunReader } from "../../src/web/web-context.ts";

export type ActionCall = { readonly action: keyof RunActions; readonly wish: unknown };

export class FakeWork {
  stored: readonly Run[] = [];
  /** Every line ever printed, one byte each as far as cursors go. */
  output: readonly string[] = [];
  prompt: string | null = null;
  readonly calls: ActionCall[] = [];
  /** What the next actions answer. */
  result: ActionResult | Error = { kind: "done" };

  readonly runs: RunReader = {
    store: {
      readRun: async (id) => this.stored.find((run) => run.id === id) ?? null,
      readRuns: async ({ key, limit }) =>
        this.stored.filter((run) => key === undefined || run.key === key).slice(0, limit),
      readOpenRuns: async () => this.stored.filter(({ state }) => state !== "closed"),
    },
    files: {
      readPrompt: async () => this.prompt,
      readLog: async (_id, { lines, afterByte = 0 }) => this.#tail(lines, afterByte),
    },
  };

  readonly actions: RunActions = {
    kickoff: (wish) => this.#take("kickoff", wish),
    answer: (wish) => this.#take("answer", wish),
    continueRun: (wish) => this.#take("continueRun", wish),
    stop: (wish) => this.#take("stop", wish),
    stopAll: (wish) => this.#take("stopAll", wish),
    pause: (wish) => this.#take("pause", wish),
    resume: () => this.#take("resume", null),
    acknowledge: (wish) => this.#take("acknowledge", wish),
    snooze: (wish) => this.#take("snooze", wish),
    withdraw: (wish) => this.#take("withdraw", wish),
  };

  /** As if nothing had ever happened. */
  reset(): void {
    this.stored = [];
    this.output = [];
    this.prompt = null;
    this.result = { kind: "done" };
    this.calls.length = 0;
  }

  #tail(lines: number, afterByte: number): LogTail | null {
    if (this.output.length === 0) return null;
    const from = Math.max(afterByte, this.output.length - lines);
    return { lines: this.output.slice(from), cut: from > afterByte, endByte: this.output.length };
  }

  async #take(action: keyof RunActions, wish: unknown): Promise<ActionResult> {
    this.calls.push({ action, wish });
    if (this.result instanceof Error) throw this.result;
    return this.result;
  }
}
