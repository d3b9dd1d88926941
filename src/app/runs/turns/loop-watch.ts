// Sees that an agent repeats itself. The first time its row says so; the second time its turn is stopped, and a person is
// asked whether it should go on.

import type { ActivityLoop } from "../../../core/agent/activity/agent-activity.ts";
import type { AgentEvent } from "../../../core/agent/contract/agent-event.ts";
import type { BudgetShare } from "../../../core/budget/judge-budget.ts";
import { isStuck, NO_REPEATS, noteChange, noteNoChange, noteRepeats } from "../../../core/budget/loop.ts";
import { loopQuestion } from "../../../core/budget/loop-question.ts";
import type { Run } from "../../../core/contract/run.ts";
import { FOR_AN_ANSWER } from "../../../core/run/held/hold.ts";
import { recordQuestion } from "../../../core/run/run-transitions.ts";
import type { Clock } from "../../../ports/system/clock.ts";
import type { KeptChanges } from "./kept-changes.ts";
import type { Spending } from "./spending.ts";
import type { AttemptWatch, TurnControl } from "./watches/attempt-watch.ts";

export type LoopContext = {
  readonly clock: Pick<Clock, "wallMs">;
  readonly kept: Pick<KeptChanges, "add">;
  readonly control: TurnControl;
  readonly worktreeStamp: Spending["worktreeStamp"];
  /** Of its budget; null without one. */
  readonly share: () => BudgetShare | null;
  /** It is being stopped for its budget: what it does now is not looked at. */
  readonly isStopping: () => boolean;
  /** Its worker waits for something that it declared. */
  readonly isWaiting: () => boolean;
  /** For the row. */
  readonly show: (loop: ActivityLoop | null) => void;
  /** The agent's text as it may be stored. */
  readonly clean: (text: string) => string;
};

type Mark = { readonly percent: number; readonly stamp: string; readonly quarters: number };

const QUARTER_PERCENT = 25;

export class LoopWatch implements AttemptWatch {
  readonly #context: LoopContext;
  #repeats = NO_REPEATS;
  /** Where its budget and its worktree were when that changed last; null before the first look. */
  #mark: Mark | null = null;
  #hasAsked = false;

  constructor(context: LoopContext) {
    this.#context = context;
  }

  note(event: AgentEvent): void {
    const { clock, isWaiting, isStopping } = this.#context;
    if (isStopping()) return;
    this.#become(noteRepeats(this.#repeats, event, { atMs: clock.wallMs(), isWaiting: isWaiting() }));
  }

  async attend(): Promise<void> {
    const share = this.#context.share();
    if (share === null || this.#context.isStopping()) return;
    const percent = share.percent ?? 0;
    const { percent: from = 0, quarters = 0 } = this.#mark ?? {};
    if (this.#mark !== null && percent < from + (quarters + 1) * QUARTER_PERCENT) return;
    const stamp = await this.#context.worktreeStamp();
    if (stamp === null) return;
    if (this.#mark?.stamp !== stamp) {
      this.#mark = { percent, stamp, quarters: 0 };
      this.#become(noteChange(this.#repeats));
    } else this.#noteQuarter(this.#mark, percent);
  }

  #noteQuarter(mark: Mark, percent: number): void {
    const quarters = Math.max(mark.quarters + 1, Math.floor((percent - mark.percent) / QUARTER_PERCENT));
    this.#mark = { ...mark, quarters };
    const text = `${quarters * QUARTER_PERCENT} % of its budget`;
    this.#become(noteNoChange(this.#repeats, { quarters, text, atMs: this.#context.clock.wallMs() }));
  }

  #become(repeats: typeof NO_REPEATS): void {
    if (repeats === this.#repeats) return;
    const { clean } = this.#context;
    const { loop } = repeats;
    if (loop !== this.#repeats.loop) this.#context.show(loop && { ...loop, text: clean(loop.text) });
    this.#repeats = repeats;
    if (loop !== null && isStuck(repeats)) this.#ask({ ...loop, text: clean(loop.text) });
  }

  #ask(loop: ActivityLoop): void {
    if (this.#hasAsked) return;
    this.#hasAsked = true;
    const { clock, kept, control } = this.#context;
    const atMs = clock.wallMs();
    kept.add((run: Run) => recordQuestion(run, { ...loopQuestion(run, loop), atMs }));
    control.stopTurn({ how: "now", hold: FOR_AN_ANSWER });
  }
}
