import { readNight } from "../../../app/night/read-night.ts";
import type { Snapshot } from "../../../core/contract/snapshot.ts";
import type { NightSummary } from "../../../core/night/night-summary.ts";
import type { WebContext } from "../request/web-context.ts";

/** Null where no runs are kept. */
export async function nightSince(
  { runs, config }: Pick<WebContext, "runs" | "config">,
  snapshot: Snapshot,
  times: { readonly sinceMs: number; readonly nowMs: number },
): Promise<NightSummary | null> {
  if (runs === null) return null;
  const { host, per_host: slots } = snapshot.dispatch;
  return await readNight(runs.store, {
    rows: snapshot.tasks,
    host,
    slots,
    cycleS: config.cycle.interval_s,
    ...times,
  });
}
