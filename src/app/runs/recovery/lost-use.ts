// What an attempt used whose supervisor is gone. Its digest was written within a second of the end, the ledger within a minute:
// the ledger gets what it lacks, so that what was used counts once in both.

import { accountOf } from "../../../core/agent/workers/account.ts";
import { configuredWorkers } from "../../../core/agent/workers/configured-workers.ts";
import type { AttemptUse, Run } from "../../../core/contract/run.ts";
import { missingUse } from "../../../core/costs/missing-use.ts";
import { parsePrice } from "../../../core/costs/prices.ts";
import { useInDigest, useInLedger } from "../../../core/costs/run-use.ts";
import type { RunsContext } from "../change/runs-context.ts";

type LostUseContext = Pick<RunsContext, "store" | "runFiles" | "config">;

/** Null: unknown. Throws what the store throws; what it wrote before says the same when it is written again. */
export async function usedByLost(context: LostUseContext, run: Run): Promise<AttemptUse | null> {
  const { store, runFiles, config } = context;
  const { id, key, owner, startedAtMs, host } = run;
  const records = await store.readUsage({ run: id });
  const digest = await runFiles.readActivity(id);
  if (digest === null || startedAtMs === null || digest.startedAtMs !== startedAtMs)
    return useInLedger(records, startedAtMs);
  const use = useInDigest(digest);
  const worker = run.agent?.name ?? run.workerName ?? "";
  const settings = configuredWorkers(config).all.find(({ name }) => name === worker);
  const known = records.find((record) => record.startedAtMs === startedAtMs)?.account;
  const missing = missingUse(records, {
    ...{ run: id, startedAtMs, key, owner, worker, model: digest.model },
    account: known ?? (settings === undefined ? worker : accountOf(settings, host ?? "")),
    prices: config.costs.prices.flatMap((line) => parsePrice(line) ?? []),
    ...{ use, lastAtMs: digest.lastEventAtMs ?? startedAtMs },
  });
  if (missing !== null) await store.writeUsage([missing]);
  return use;
}
