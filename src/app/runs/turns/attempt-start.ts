// What an attempt by an agent needs.

import type { AgentKind, AgentOrder } from "../../../core/agent/contract/agent-kind.ts";
import type { Run } from "../../../core/contract/run.ts";
import type { Messages } from "../../../core/run/run-transitions.ts";
import type { WorkerMemory } from "../../../ports/runs/worker-memory.ts";
import type { WorkerLauncher, WorkerStart } from "../../../ports/runs/workers.ts";
import type { Clock } from "../../../ports/system/clock.ts";
import type { ChangeableRuns } from "../change/change-run.ts";
import type { Spending } from "./spending.ts";
import type { AttemptPlace, Outages } from "./watches/attempt-watch.ts";

export type AttemptContext = {
  readonly clock: Clock;
  readonly store: ChangeableRuns;
  readonly launcher: WorkerLauncher;
  /** Without it there is nowhere to write. */
  repositoryExists(): boolean;
  /** A new UUID. */
  newSession(): string;
};

export type AgentPlan = {
  readonly kind: AgentKind;
  /** Of the first process. */
  readonly order: AgentOrder;
  /** For a session that turns out to be gone. */
  readonly wholePrompt: string;
  /** The user's home folder, for `wrap`. */
  readonly home: string;
  /** Null when the program does not say. Never rejects. */
  findVersion(): Promise<string | null>;
};

export type AttemptStart = {
  readonly plan: AgentPlan;
  /** The command and the streams are the conversation's. */
  readonly start: Omit<WorkerStart, "command" | "channel">;
  /** As its supervisor took it over. */
  readonly run: Run;
  /** Prices, account and budgets; null: nothing is counted. */
  readonly spending?: Spending | null;
  /** Null: what it meets is its own. */
  readonly outages?: Outages | null;
  /** Null: a kill is a kill. */
  readonly memory?: WorkerMemory | null;
  /** How long it keeps its slot while it waits; null: as long as it does. */
  readonly keepSlot?: AttemptPlace["keepSlot"] | null;
  /** What the first prompt holds. */
  readonly said: Messages;
};
