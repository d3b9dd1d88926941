// What settings say of starts, as the snapshot shows it. They may change while a runner lives, trust among them.

import type { LoadedConfig } from "../../config/load.ts";
import type { Config } from "../../config/schema.ts";
import type { WorkerSettings } from "../../core/agent/contract/agent-kind.ts";
import { defaultWorker } from "../../core/agent/workers/choose-worker.ts";
import { configuredWorkers, type WorkersConfig } from "../../core/agent/workers/configured-workers.ts";
import type { BudgetLimits } from "../../core/costs/budget-limits.ts";

export type StartSettings = {
  readonly dispatch: Config["dispatch"];
  readonly limits: Config["limits"];
  readonly budget: BudgetLimits;
  readonly hasWorker: boolean;
  readonly defaultWorker: string | null;
  readonly workers: readonly WorkerSettings[];
  /** Names of the workers of each kind. */
  readonly workersByKind: Readonly<Record<string, readonly string[] | undefined>>;
  /** Workers of this user's other repositories on this machine. */
  readonly workersElsewhere: number;
  /** Settings of the repository's file that the user has not trusted: while there are any, nothing starts. */
  readonly untrusted: readonly string[];
};

export function startSettingsOf(
  { config, untrusted }: Pick<LoadedConfig, "config" | "untrusted">,
  workersElsewhere = 0,
): StartSettings {
  const chosen = defaultWorker(config);
  return {
    workersElsewhere,
    dispatch: config.dispatch,
    limits: config.limits,
    budget: config.budget,
    hasWorker: chosen.kind !== "refused",
    defaultWorker: chosen.kind === "refused" ? null : chosen.name,
    workers: configuredWorkers(config).all,
    workersByKind: namesByKind(config),
    untrusted: untrusted.map(({ key }) => key),
  };
}

function namesByKind(config: WorkersConfig): StartSettings["workersByKind"] {
  const byKind = Map.groupBy(configuredWorkers(config).all, ({ kind }) => kind);
  return Object.fromEntries([...byKind].map(([kind, workers]) => [kind, workers.map(({ name }) => name)]));
}
