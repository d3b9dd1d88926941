// A run that waits holds no slot: for a person's answer after `worker.ask_hold_min`, for what it declared (`tasks report
// --waiting-on`) after `worker.wait_hold_min`. Its turn is stopped, and continues in the same session. An agent that works while
// its question is open is left alone; one that only looks again and again whether a wait is over is not. A question whose time
// is over is answered here with what its worker named.

import type { AgentEvent } from "../../../core/agent/contract/agent-event.ts";
import { isAnswer } from "../../../core/agent/turns/judge-hold.ts";
import type { Run } from "../../../core/contract/run.ts";
import { decideAlone, isDecisionDue } from "../../../core/run/held/decide-alone.ts";
import { FOR_AN_ANSWER, holdForWait, isWaiting } from "../../../core/run/held/hold.ts";
import { openQuestion } from "../../../core/run/open-question.ts";
import type { Clock } from "../../../ports/system/clock.ts";
import type { KeptChanges } from "./kept-changes.ts";
import type { AttemptPlace, AttemptWatch, TurnControl } from "./watches/attempt-watch.ts";

export type WaitContext = {
  readonly clock: Pick<Clock, "wallMs" | "monotonicMs">;
  readonly kept: Pick<KeptChanges, "add">;
  /** How long it keeps its slot; null: as long as it waits. */
  readonly keepSlot: AttemptPlace["keepSlot"] | null;
  readonly control: TurnControl;
};

type Waiting = { readonly kind: "question" | "wait"; readonly name: string; readonly sinceMs: number };

export class WaitWatch implements AttemptWatch {
  readonly #context: WaitContext;
  #waiting: Waiting | null = null;

  constructor(context: WaitContext) {
    this.#context = context;
  }

  note(event: AgentEvent): void {
    const waiting = this.#waiting;
    if (waiting === null) return;
    const isAtWork =
      waiting.kind === "question" ? isAnswer(event) : event.kind === "tool" && event.does === "edit";
    if (isAtWork) this.#waiting = { ...waiting, sinceMs: this.#context.clock.monotonicMs() };
  }

  async attend(run: Run): Promise<void> {
    const { clock, kept, control } = this.#context;
    const nowMs = clock.wallMs();
    if (isDecisionDue(run, nowMs)) kept.add((now) => decideAlone(now, { nowMs }));
    const found = waitOf(run, nowMs);
    const isSame = found !== null && found.name === this.#waiting?.name;
    if (!isSame) this.#waiting = found && { ...found, sinceMs: clock.monotonicMs() };
    if (this.#waiting === null || !control.isWorking || !control.canResume) return;
    const keepsMs = this.#keepsSlotMs(this.#waiting);
    if (keepsMs === null || clock.monotonicMs() - this.#waiting.sinceMs < keepsMs) return;
    const hold = this.#waiting.kind === "question" ? FOR_AN_ANSWER : holdForWait(run, nowMs);
    if (hold !== null) control.stopTurn({ how: "now", hold });
  }

  #keepsSlotMs({ kind }: Waiting): number | null {
    const { keepSlot } = this.#context;
    return keepSlot && (kind === "question" ? keepSlot.questionMs : keepSlot.waitMs);
  }
}

function waitOf(run: Run, nowMs: number): Omit<Waiting, "sinceMs"> | null {
  const question = openQuestion(run);
  if (question !== null) return { kind: "question", name: `question ${question.number}` };
  return isWaiting(run, nowMs) ? { kind: "wait", name: `wait ${run.wait?.atMs}` } : null;
}
