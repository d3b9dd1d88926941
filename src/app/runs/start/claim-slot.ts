// A worker slot on this machine, with its ports: claimed before a run is taken, passed to its supervisor, and free once
// that is gone. Where the user's own folder cannot be used, each repository separates only its own workers.

import { isLive, type Run, type RunId } from "../../../core/contract/run.ts";
import type { SlotClaim } from "../../../ports/runs/worker-slots.ts";
import type { StartContext } from "./prepare-start.ts";

type Claimed = SlotClaim | { readonly kind: "unknown"; readonly firstPort: null };

export async function claimSlot(
  { store, workers, slots, config, log }: StartContext,
  queued: Run,
): Promise<Claimed> {
  const { port_base: portBase, ports_per_run: ports } = config.worker;
  const open = await store.readOpenRuns();
  // Workers that an earlier version started keep the port block of their repository.
  const avoid = open.flatMap((run) =>
    isLive(run) && run.firstPort === null && run.portBlock !== null ? [portBase + run.portBlock * ports] : [],
  );
  try {
    return slots.claim({
      run: queued.id,
      holder: workers.self(),
      limit: config.dispatch.workers_per_host,
      portBase,
      ports,
      avoid,
      preferred: queued.firstPort,
    });
  } catch (error) {
    log.warn({ error, run: queued.id }, "the worker slots of this machine cannot be used");
    return { kind: "unknown", firstPort: null };
  }
}

export function releaseSlot({ workers, slots, log }: StartContext, run: RunId): void {
  try {
    slots.release({ run, holder: workers.self() });
  } catch (error) {
    log.warn({ error, run }, "a worker slot stays taken until this process ends");
  }
}
