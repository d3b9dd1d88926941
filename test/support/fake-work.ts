// Runs and what can be done to them, in memory: what a test sets is read, and what pages do is written down.

import type { ActionResult, CompletedAction, RunActions } from "../../src/app/runs/requests/run-actions.ts";
import { emptyActivity, foldEvent } from "../../src/core/agent/activity/agent-activity.ts";
import type { TimedEvent } from "../../src/core/agent/contract/agent-event.ts";
import type { ActivityEvent } from "../../src/core/contract/activity.ts";
import type { Run } from "../../src/core/contract/run.ts";
import type { Sleep, SlotSpan } from "../../src/core/records/slot-time.ts";
import type { UsageRecord } from "../../src/core/records/usage-record.ts";
import type { LogTail } from "../../src/ports/runs/run-files.ts";
import type { RunReader } from "../../src/web/actions/perform-action.ts";

export type ActionCall = { readonly action: keyof RunActions; readonly request: unknown };

export class FakeWork {
  stored: readonly Run[] = [];
  /** Every line ever printed, one byte each as far as cursors go. */
  output: readonly string[] = [];
  prompt: string | null = null;
  /** Of its agent; their number is the cursor. */
  events: readonly TimedEvent[] = [];
  readonly calls: ActionCall[] = [];
  /** What the next actions answer; null: that it was done, and can be undone. */
  result: ActionResult | Error | null = null;
  /** What the next actions wait for. */
  held: Promise<void> = Promise.resolve();

  /** What runs used, what slots were used for, when the host slept, and what changed. */
  used: readonly UsageRecord[] = [];
  spans: readonly SlotSpan[] = [];
  sleeps: readonly Sleep[] = [];
  transitions: readonly ActivityEvent[] = [];

  readonly runs: RunReader = {
    store: {
      readRun: async (id) => this.stored.find((run) => run.id === id) ?? null,
      readRuns: async ({ key, limit, beforeId }) => {
        const from = this.stored.findIndex(({ id }) => id === beforeId) + 1;
        const older = this.stored.slice(from);
        return older.filter((run) => key === undefined || run.key === key).slice(0, limit);
      },
      readOpenRuns: async () => this.stored.filter(({ state }) => state !== "closed"),
      readSleeps: async () => this.sleeps,
      readUsage: async (query) =>
        this.used.filter((one) => ("run" in query ? one.run === query.run : one.hourMs >= query.sinceMs)),
      readSlotSpans: async () => this.spans,
      readTransitions: async () => this.transitions,
    },
    files: {
      readPrompt: async () => this.prompt,
      readLog: async (_id, { lines, afterByte = 0 }) => this.#tail(lines, afterByte),
      readEvents: async (_id, { last }) => {
        const { length } = this.events;
        return length === 0
          ? null
          : { events: this.events.slice(-last), cut: length > last, endByte: length };
      },
      readActivity: async () =>
        this.events.length === 0 ? null : this.events.reduce(foldEvent, emptyActivity(1)).activity,
    },
  };

  readonly actions: RunActions = {
    kickoff: (request) => this.#take("kickoff", request),
    answer: (request) => this.#take("answer", request),
    continueRun: (request) => this.#take("continueRun", request),
    stop: (request) => this.#take("stop", request),
    stopAll: (request) => this.#take("stopAll", request),
    pause: (request) => this.#take("pause", request),
    resume: () => this.#take("resume", null),
    acknowledge: (request) => this.#take("acknowledge", request),
    snooze: (request) => this.#take("snooze", request),
    withdraw: (request) => this.#take("withdraw", request),
    handOver: (request) => this.#take("handOver", request),
    raiseBudget: (request) => this.#take("raiseBudget", request),
    endPause: (scope) => this.#take("endPause", scope),
    holdPause: (scope) => this.#take("holdPause", scope),
    letPauseEnd: (scope) => this.#take("letPauseEnd", scope),
    decide: (request) => this.#take("decide", request),
    undo: (step) => this.#take("undo", step),
  };

  /** As if nothing had ever happened. */
  reset(): void {
    this.stored = [];
    this.used = [];
    this.spans = [];
    this.sleeps = [];
    this.transitions = [];
    this.output = [];
    this.prompt = null;
    this.events = [];
    this.result = null;
    this.held = Promise.resolve();
    this.calls.length = 0;
  }

  #tail(lines: number, afterByte: number): LogTail | null {
    if (this.output.length === 0) return null;
    const from = Math.max(afterByte, this.output.length - lines);
    return { lines: this.output.slice(from), cut: from > afterByte, endByte: this.output.length };
  }

  async #take(action: keyof RunActions, request: unknown): Promise<ActionResult> {
    this.calls.push({ action, request });
    await this.held;
    if (this.result instanceof Error) throw this.result;
    return (
      this.result ?? { kind: "done", action: deedOf(action, request), undo: action === "undo" ? null : UNDO }
    );
  }
}

const UNDO = { kind: "pause", before: null, after: null } as const;

function deedOf(action: keyof RunActions, request: unknown): CompletedAction {
  switch (action) {
    case "acknowledge":
      return { kind: "acknowledged", untilMs: Date.parse("2026-03-24T16:04:31Z") };
    case "snooze":
      return { kind: "snoozed", untilMs: (request as { readonly untilMs: number }).untilMs };
    case "answer":
      return { kind: "answered", text: (request as { readonly text: string }).text };
    case "decide":
      return { kind: (request as { readonly decision: "accepted" | "dropped" }).decision };
    case "handOver":
      return { kind: "handed_over", to: (request as { readonly worker: string | null }).worker ?? "codex" };
    default:
      return { kind: DEEDS[action] };
  }
}

const DEEDS = {
  kickoff: "queued",
  continueRun: "message_queued",
  raiseBudget: "budget_raised",
  endPause: "limit_resumed",
  holdPause: "limit_held",
  letPauseEnd: "limit_automatic",
  stop: "stopping",
  stopAll: "stopping",
  pause: "paused",
  resume: "resumed",
  withdraw: "unacknowledged",
  undo: "undone",
} as const;
