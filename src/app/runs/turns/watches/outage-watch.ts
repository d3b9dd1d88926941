// Limits and outages that an agent meets while its turn continues. The account is paused at once, so that no other run meets the
// same; this one keeps its slot for a while, since the agent may continue on its own.
//
//   answering --limit reached, a request repeated twice--> waiting: the pause is opened
//   waiting --the model answers--> answering: the pause learns it
//   waiting --for `worker.wait_hold_min`--> its turn is stopped, and the run is held

import type { AgentEvent } from "../../../../core/agent/contract/agent-event.ts";
import {
  type EndedBy,
  isAnswer,
  type Met,
  metAtEnd,
  metInTurn,
} from "../../../../core/agent/turns/judge-hold.ts";
import type { Run } from "../../../../core/contract/run.ts";
import { type Hold, holdFor } from "../../../../core/run/held/hold.ts";
import { StoreError } from "../../../../ports/store/store-error.ts";
import type { Clock } from "../../../../ports/system/clock.ts";
import type { AttemptPlace, AttemptWatch, Outages, TurnControl } from "./attempt-watch.ts";

export type OutageContext = {
  readonly clock: Pick<Clock, "wallMs" | "monotonicMs">;
  readonly outages: Outages;
  /** How long it keeps its slot; null: as long as it waits. */
  readonly keepSlot: AttemptPlace["keepSlot"] | null;
  readonly control: TurnControl;
  /** As its supervisor took it over. */
  readonly run: Run;
};

export class OutageWatch implements AttemptWatch {
  readonly #context: OutageContext;
  #met: { readonly what: Met; readonly sinceMs: number } | null = null;
  #error: EndedBy["error"] = null;
  #limit: EndedBy["limit"] = null;
  /** The model has answered since the start, and since what was met last. */
  #isAnswering = false;
  /** What the store has yet to learn, in order. */
  #waiting: (() => Promise<void>)[] = [];
  #telling: Promise<void> | null = null;

  constructor(context: OutageContext) {
    this.#context = context;
  }

  note(event: AgentEvent): void {
    const { clock, outages } = this.#context;
    const { pauses, ...place } = outages;
    const nowMs = clock.wallMs();
    const met = metInTurn(event, place, nowMs);
    if (met !== null) this.#meet(met);
    else if (isAnswer(event)) this.#answer();
    if (event.kind === "error") this.#error = event;
    if (event.kind !== "limit") return;
    this.#limit = event;
    const { window, usedPercent, resetsAtMs } = event;
    const said = { account: place.account, window: window ?? "", usedPercent, resetsAtMs, atMs: nowMs };
    if (usedPercent !== null || event.status === "warning" || resetsAtMs !== null)
      this.#later(() => pauses.window(said));
  }

  async attend(): Promise<void> {
    await this.tell();
    const { clock, control, keepSlot } = this.#context;
    if (this.#met === null || keepSlot === null || !control.isWorking || !control.canResume) return;
    if (clock.monotonicMs() - this.#met.sinceMs < keepSlot.waitMs) return;
    control.stopTurn({ how: "now", hold: holdFor(this.#met.what, clock.wallMs()) });
  }

  /** The hold of an attempt that did not finish; null if that is its task's own. Its pause is stored with the next `tell`. */
  holdAtEnd(): Hold | null {
    const { clock, outages } = this.#context;
    const nowMs = clock.wallMs();
    const said = metAtEnd({ error: this.#error, limit: this.#limit }, outages, nowMs);
    const met = said ?? this.#met?.what ?? null;
    if (met === null) return null;
    if (said !== null) this.#meet(said);
    return holdFor(met, nowMs);
  }

  /** Tells the store all that it does not know yet, in order. Throws what the store throws: it is called again. */
  async tell(): Promise<void> {
    this.#telling ??= this.#tellAll().finally(() => {
      this.#telling = null;
    });
    await this.#telling;
  }

  #meet(what: Met): void {
    const { clock, outages, run } = this.#context;
    const isSame = this.#met?.what.cause === what.cause && this.#met.what.untilMs === what.untilMs;
    this.#isAnswering = false;
    this.#met = { what, sinceMs: this.#met?.sinceMs ?? clock.monotonicMs() };
    if (!isSame) this.#later(() => outages.pauses.open(run, what));
  }

  #answer(): void {
    this.#error = null;
    this.#met = null;
    if (this.#isAnswering) return;
    this.#isAnswering = true;
    const { outages, run } = this.#context;
    this.#later(() => outages.pauses.answered(run));
  }

  /** What cannot be stored now is stored with the next look. */
  #later(tell: () => Promise<void>): void {
    this.#waiting.push(tell);
    this.tell().catch((error: unknown) => {
      if (!(error instanceof StoreError)) throw error;
    });
  }

  async #tellAll(): Promise<void> {
    for (let tell = this.#waiting[0]; tell !== undefined; tell = this.#waiting[0]) {
      await tell();
      this.#waiting.shift();
    }
  }
}
