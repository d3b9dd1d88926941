// A place for a worker on this machine, and its ports: claimed before a run is taken, handed on to its supervisor, and free
// once that is gone. Where the user's own folder cannot be used, repositories keep apart only their own workers.

import { isLive, type Run, type RunId } from "../../../core/contract/run.ts";
import type { SlotClaim } from "../../../ports/runs/worker-slots.ts";
import type { RunsContext } from "../change/runs-context.ts";

type SlotContext = Pick<RunsContext, "store" | "workers" | "slots" | "config" | "log">;

type Claimed = SlotClaim | { readonly kind: "unknown"; readonly firstPort: null };

export async function claimSlot(
  { store, workers, slots, config, log }: SlotContext,
  queued: Run,
): Promise<Claimed> {
  const { port_base: portBase, ports_per_run: ports } = config.worker;
  const open = await store.readOpenRuns();
  // Workers that an earlier version started have the block of their repository, and keep it.
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
    log.warn({ error, run: queued.id }, "the places for workers on this machine cannot be used");
    return { kind: "unknown", firstPort: null };
  }
}

export function releaseSlot({ workers, slots, log }: SlotContext, run: RunId): void {
  try {
    slots.release({ run, holder: workers.self() });
  } catch (error) {
    log.warn({ error, run }, "a place for a worker on this machine is free only once this process is gone");
  }
}
