// What an attempt's agent does, as it comes: each event is stored, and folded into the digest, which is replaced at most
// once a second however much an agent says.

import {
  type ActivityFold,
  type ActivityLoop,
  type AgentActivity,
  emptyActivity,
  foldEvent,
} from "../../../core/agent/activity/agent-activity.ts";
import type { AgentEvent, Delivery } from "../../../core/agent/contract/agent-event.ts";
import type { AttemptUse, Run } from "../../../core/contract/run.ts";
import { useInDigest } from "../../../core/costs/run-use.ts";
import type { RunEvents } from "../../../ports/runs/run-events.ts";
import type { Clock } from "../../../ports/system/clock.ts";
import type { UsageLedger } from "./usage-ledger.ts";

/** A page shows the digest this late at most. */
const DIGEST_INTERVAL_MS = 1_000;
/** After one that could not be written: on a disk that was full an agent with a long tool would look as before until it ends. */
const DIGEST_AGAIN_MS = 15_000;

export type RecordContext = {
  readonly clock: Clock;
  readonly events: RunEvents;
  /** Counts what it uses; null where nothing is counted. */
  readonly usage: UsageLedger | null;
};

export class AttemptRecord {
  readonly #context: RecordContext;
  readonly #attempt: number;
  #fold: ActivityFold;
  #loop: ActivityLoop | null = null;
  #writtenAtMs = Number.NEGATIVE_INFINITY;
  #later: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(context: RecordContext, { attempt, startedAtMs }: Pick<Run, "attempt" | "startedAtMs">) {
    this.#context = context;
    this.#attempt = attempt;
    this.#fold = emptyActivity(attempt, startedAtMs);
    this.#writeDigest();
  }

  get activity(): ActivityFold["activity"] {
    return this.#fold.activity;
  }

  add(event: AgentEvent): void {
    const { clock, events } = this.#context;
    const timed = { ...event, atMs: clock.wallMs(), attempt: this.#attempt };
    events.write(timed);
    this.#fold = foldEvent(this.#fold, timed);
    this.#context.usage?.note(event);
    this.#touchDigest();
  }

  /** Its agent repeats itself; null: no longer. */
  showLoop(loop: ActivityLoop | null): void {
    this.#loop = loop;
    this.#touchDigest();
  }

  /** The agent's text as it may be stored. */
  clean(text: string): string {
    return this.#context.events.clean(text);
  }

  /** A message to the agent. `by`: a person, or `tasks` for what this program says. */
  addMessage(by: string, text: string, delivered: Delivery): void {
    this.add({ kind: "message", from: { person: by }, text, part: null, delivered });
  }

  summary(): { readonly use: AttemptUse; readonly limitedUntilMs: number | null } {
    const digest = this.#digest();
    const { error, limit } = digest;
    const isLimited = error?.code === "limit" && limit?.status === "reached";
    return { use: useInDigest(digest), limitedUntilMs: isLimited ? limit.resetsAtMs : null };
  }

  close(): void {
    this.#isClosed = true;
    this.#writeDigest();
    this.#context.events.close();
  }

  #touchDigest(): void {
    const waitMs = this.#writtenAtMs + DIGEST_INTERVAL_MS - this.#context.clock.monotonicMs();
    if (waitMs <= 0) this.#writeDigest();
    else this.#later ??= setTimeout(() => this.#writeDigest(), waitMs);
  }

  #writeDigest(): void {
    clearTimeout(this.#later);
    this.#later = undefined;
    this.#writtenAtMs = this.#context.clock.monotonicMs();
    const isWritten = this.#context.events.writeActivity(this.#digest());
    if (!isWritten && !this.#isClosed) this.#later = setTimeout(() => this.#writeDigest(), DIGEST_AGAIN_MS);
  }

  /** With what is counted beside the events; a cost that the agent does not report may be estimated. */
  #digest(): AgentActivity {
    const metered = this.#context.usage?.metered;
    if (metered === undefined) return this.activity;
    const { cost, tools, workMs } = metered;
    return { ...this.activity, cost, tools, workMs, loop: this.#loop };
  }
}
