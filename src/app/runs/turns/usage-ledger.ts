// What one attempt uses, written to the ledger by the hour while it runs: every 30 s at most, and at its end. Written again,
// the same records say the same, so a crash in between counts nothing twice; what it lacks then the recovery
// adds from the digest (recovery/lost-use.ts).
//
// Time at work is a turn that runs on an awake machine (the monotonic clock stands while it sleeps), while its agent neither
// asks nor repeats a failed request, and its worker waits for nothing that it declared.

import type { AgentEvent } from "../../../core/agent/contract/agent-event.ts";
import type { Run } from "../../../core/contract/run.ts";
import { type Metered, UsageMeter } from "../../../core/costs/usage-meter.ts";
import { openQuestion } from "../../../core/run/open-question.ts";
import type { LedgerStore } from "../../../ports/store/ledger-store.ts";
import { StoreError } from "../../../ports/store/store-error.ts";
import type { Clock } from "../../../ports/system/clock.ts";
import type { Spending } from "./spending.ts";

const WRITE_INTERVAL_MS = 30_000;

export type LedgerContext = {
  readonly clock: Pick<Clock, "wallMs" | "monotonicMs">;
  readonly spending: Pick<Spending, "account" | "prices"> & {
    readonly ledger: Pick<LedgerStore, "writeUsage">;
  };
};

export class UsageLedger {
  readonly #context: LedgerContext;
  readonly #meter: UsageMeter;
  #writtenAtMs: number;
  #lookedAtMs: number;
  #isTurn = true;
  /** It asks a person, or repeats a request that failed. */
  #isHeldUp = false;
  /** The question or the wait that keeps it from work; null for none. */
  #waitsFor: string | null = null;
  #isWaiting = false;

  /** `run`: as its supervisor took it over. */
  constructor(context: LedgerContext, run: Run) {
    const { clock, spending } = context;
    this.#context = context;
    this.#writtenAtMs = clock.monotonicMs();
    this.#lookedAtMs = this.#writtenAtMs;
    this.#meter = new UsageMeter({
      ...{ run: run.id, startedAtMs: run.startedAtMs ?? run.sinceMs, key: run.key, owner: run.owner },
      worker: run.agent?.name ?? run.workerName ?? "",
      ...{ account: spending.account, prices: spending.prices },
    });
  }

  get metered(): Metered {
    return this.#meter.total();
  }

  /** It waits for what it declared: a poll is no loop. */
  get isWaiting(): boolean {
    return this.#isWaiting;
  }

  note(event: AgentEvent): void {
    this.#count();
    this.#meter.note(event, this.#context.clock.wallMs());
    if (event.kind === "ended") this.#isTurn = false;
    else if (STARTS.has(event.kind)) this.#isTurn = true;
    if (event.kind === "asked" || event.kind === "retrying") this.#isHeldUp = true;
    else if (STARTS.has(event.kind)) this.#isHeldUp = false;
    // One that works while its question is open does not wait for the answer.
    const isAtWork =
      event.kind === "tool" && (this.#waitsFor?.startsWith("question") || event.does === "edit");
    if (isAtWork) this.#isWaiting = false;
  }

  /** Every few seconds. Throws what the store throws: what could not be written is written the next time. */
  async attend(run: Run): Promise<void> {
    this.#count();
    const waitsFor = waitOf(run, this.#context.clock.wallMs());
    if (waitsFor !== this.#waitsFor) this.#isWaiting = waitsFor !== null;
    this.#waitsFor = waitsFor;
    if (this.#context.clock.monotonicMs() - this.#writtenAtMs >= WRITE_INTERVAL_MS) await this.#write();
  }

  /** What is left to write. A store that cannot be used is left alone: the run itself says what the attempt used. */
  async close(): Promise<void> {
    this.#count();
    this.#isTurn = false;
    try {
      await this.#write();
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
    }
  }

  #count(): void {
    const { clock } = this.#context;
    const nowMs = clock.monotonicMs();
    if (this.#isTurn && !this.#isHeldUp && !this.#isWaiting)
      this.#meter.addWork(nowMs - this.#lookedAtMs, clock.wallMs());
    this.#lookedAtMs = nowMs;
  }

  async #write(): Promise<void> {
    this.#writtenAtMs = this.#context.clock.monotonicMs();
    const records = this.#meter.takeRecords();
    if (records.length === 0) return;
    try {
      await this.#context.spending.ledger.writeUsage(records);
    } catch (error) {
      this.#meter.putBack(records);
      throw error;
    }
  }
}

/** What an agent at work says; a message to it begins a turn. */
const STARTS: ReadonlySet<AgentEvent["kind"]> = new Set(["message", "reasoning", "tool", "plan"]);

function waitOf(run: Run, nowMs: number): string | null {
  const question = openQuestion(run);
  if (question !== null) return `question ${question.number}`;
  return run.wait !== null && run.wait.untilMs > nowMs ? `wait ${run.wait.atMs}` : null;
}
