// Stops a worker whose budget is used up:
//
//   within --used up, `interrupt`--> its turn is stopped
//   within --used up, `finish_turn`--> asked to commit and stop --a tool that it began after that has ended, its turn has,
//                                       or two minutes have passed--> its turn is stopped
//
// A worker that takes no message in its turn is stopped when its next tool has ended. The run then waits for a person, who
// may raise the budget. What is unknown stops nothing.

import type { AgentEvent } from "../../../core/agent/contract/agent-event.ts";
import { reachBudget } from "../../../core/budget/budget-transitions.ts";
import { COMMIT_AND_STOP } from "../../../core/budget/budget-words.ts";
import { type BudgetShare, isUsedUp, judgeBudget } from "../../../core/budget/judge-budget.ts";
import type { Run } from "../../../core/contract/run.ts";
import { dayStartMs } from "../../../core/costs/local-day.ts";
import { useOf } from "../../../core/costs/run-use.ts";
import type { UsageRecord } from "../../../core/records/usage-record.ts";
import type { Clock } from "../../../ports/system/clock.ts";
import type { KeptChanges } from "./kept-changes.ts";
import type { Spending } from "./spending.ts";
import type { UsageLedger } from "./usage-ledger.ts";
import type { AttemptWatch, TurnControl } from "./watches/attempt-watch.ts";

export type BudgetContext = {
  readonly clock: Pick<Clock, "wallMs" | "monotonicMs">;
  readonly kept: Pick<KeptChanges, "add">;
  readonly control: TurnControl;
  readonly spending: Spending;
  readonly usage: UsageLedger;
};

/** What an agent has to commit. */
const COMMIT_MS = 120_000;
const DAY_READ_INTERVAL_MS = 30_000;
/** Its attempt does not count. */
const FOR_A_RAISE = {
  spared: { kind: "waiting", on: "a raise of its budget" },
  held: null,
} as const;

export class BudgetWatch implements AttemptWatch {
  readonly #context: BudgetContext;
  readonly #before: ReturnType<typeof useOf>;
  readonly #run: Pick<Run, "id" | "startedAtMs">;
  #raises: number;
  /** Of other attempts today; null where the day has no budget, and before it was read. */
  #othersToday: number | null = null;
  /** What this attempt had used when the local day began. */
  #ownBefore = 0;
  #dayReadAtMs = Number.NEGATIVE_INFINITY;
  /** When it was used up, by the monotonic clock; null: it is not. */
  #fullAtMs: number | null = null;
  /** Tools that it began after it was asked to stop; null when it was not asked. */
  #lastTools: Set<string> | null = null;

  constructor(context: BudgetContext, run: Run) {
    this.#context = context;
    this.#before = useOf(run, null);
    this.#run = run;
    this.#raises = run.budget.raises;
  }

  /** How much is used now; null without a budget. */
  get share(): BudgetShare | null {
    const { spending, usage } = this.#context;
    const { cost, tokens, tools, workMs } = usage.metered;
    const { cost: usdBefore, tokens: all } = this.#before;
    const usd = plus(usdBefore?.usd ?? null, cost?.usd ?? null);
    return judgeBudget(spending.limits, this.#raises, {
      usd,
      tokens: plus(all && all.input - all.cached + all.output, tokens),
      workMs: plus(this.#before.workMs, workMs),
      tools: plus(this.#before.tools, tools),
      dayUsd: this.#othersToday === null ? null : this.#othersToday + this.#ownToday(cost?.usd ?? 0),
    });
  }

  /** Its worker is being stopped. */
  get isUsedUp(): boolean {
    return this.#fullAtMs !== null;
  }

  note(event: AgentEvent): void {
    if (this.#fullAtMs === null) {
      if (CHANGES.has(event.kind)) this.#judge();
      return;
    }
    if (event.kind === "ended") this.#stop();
    if (event.kind !== "tool" || this.#lastTools === null) return;
    if (event.state === "running") this.#lastTools.add(event.id);
    else if (this.#lastTools.has(event.id)) this.#stop();
  }

  async attend(run: Run): Promise<void> {
    this.#raises = run.budget.raises;
    await this.#readDay();
    if (this.#fullAtMs === null) this.#judge();
    else if (this.#context.clock.monotonicMs() - this.#fullAtMs >= COMMIT_MS) this.#stop();
  }

  #judge(): void {
    const { share } = this;
    if (share === null || !isUsedUp(share)) return;
    const { clock, kept, control, spending } = this.#context;
    const facts = { what: share.what, used: share.used ?? 0, atMs: clock.wallMs() };
    this.#fullAtMs = clock.monotonicMs();
    kept.add((run) => reachBudget(run, facts));
    if (spending.atLimit === "interrupt") this.#stop();
    else if (control.say(COMMIT_AND_STOP)) this.#lastTools = new Set();
    else control.stopTurn({ how: "next_tool", hold: FOR_A_RAISE });
  }

  #stop(): void {
    this.#context.control.stopTurn({ how: "now", hold: FOR_A_RAISE });
  }

  #ownToday(usd: number): number {
    return Math.max(0, usd - this.#ownBefore);
  }

  /** This attempt counts by what it has used by now, since the day began. */
  async #readDay(): Promise<void> {
    const { clock, spending } = this.#context;
    if (spending.limits.day_usd === null) return;
    if (clock.monotonicMs() - this.#dayReadAtMs < DAY_READ_INTERVAL_MS) return;
    const sinceMs = dayStartMs(clock.wallMs(), spending.zone);
    const { id, startedAtMs } = this.#run;
    const isOwn = (record: UsageRecord) => record.run === id && record.startedAtMs === startedAtMs;
    const records = await spending.ledger.readUsage({ sinceMs });
    const isOfToday = startedAtMs === null || startedAtMs >= sinceMs;
    const own = isOfToday ? [] : await spending.ledger.readUsage({ run: id });
    this.#dayReadAtMs = clock.monotonicMs();
    this.#othersToday = sumUsd(records.filter((record) => !isOwn(record)));
    this.#ownBefore = sumUsd(own.filter((record) => isOwn(record) && record.hourMs < sinceMs));
  }
}

function sumUsd(records: readonly UsageRecord[]): number {
  return records.reduce((sum, { usd }) => sum + (usd ?? 0), 0);
}

/** Events after which more may be used. */
const CHANGES: ReadonlySet<AgentEvent["kind"]> = new Set(["usage", "cost", "tool"]);

function plus(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : one + other;
}
