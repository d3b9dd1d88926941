// Kinds of workers on hold: an agent whose stream was not understood is started no more until a person has looked
// (`tasks resume`), or another version of it is installed.

import type { WorkerSettings } from "../../../core/agent/contract/agent-kind.ts";
import { isBadlyParsed, isInForce } from "../../../core/agent/kinds/judge-parsing.ts";
import { programOf } from "../../../core/agent/kinds/judge-worker.ts";
import { chooseWorker } from "../../../core/agent/workers/choose-worker.ts";
import { configuredWorkers, type WorkersConfig } from "../../../core/agent/workers/configured-workers.ts";
import type { Run, RunId } from "../../../core/contract/run.ts";
import type { KindHold } from "../../../ports/store/run-store.ts";
import type { RunsContext } from "../change/runs-context.ts";

/** The events of an attempt that are searched for its first line that was not understood. */
const EVENTS_SEARCHED = 10_000;

type EndedAttempt = Pick<RunsContext, "store" | "runFiles" | "programs" | "clock"> & {
  /** Read only when there is something to hold. */
  readonly readConfig: () => Promise<WorkersConfig>;
};

/** After an attempt has ended: holds its kind if too many of its lines were not understood. */
export async function holdIfUnparsed(
  { store, runFiles, programs, readConfig, clock }: EndedAttempt,
  id: RunId,
): Promise<KindHold | null> {
  const run = await store.readRun(id);
  const attempt = run?.attempts.at(-1);
  const { agent, use } = attempt ?? {};
  if (!run || !attempt || !agent || !use || !isBadlyParsed(use)) return null;
  const worker = configuredWorkers(await readConfig()).all.find(({ name }) => name === agent.name);
  const program = worker === undefined ? null : programOf(worker);
  const read = await runFiles.readEvents(id, { last: EVENTS_SEARCHED });
  const first = read?.events.find((event) => event.kind === "unparsed" && event.attempt === attempt.number);
  const hold: KindHold = {
    kind: agent.kind,
    version: agent.version,
    program,
    stamp: program === null ? null : programs.stamp(program),
    key: run.key,
    run: id,
    events: use.events,
    unparsed: use.unparsed,
    line: first?.kind === "unparsed" ? first.line : "",
    why: first?.kind === "unparsed" ? first.why : "",
    atMs: clock.wallMs(),
  };
  await store.writeKindHold(hold);
  return hold;
}

/** The hold of the kind that a run's worker has; one of another version of its agent is lifted. */
export async function holdOf(
  { store, programs, config }: Pick<RunsContext, "store" | "programs" | "config">,
  { key, requestedWorker }: { readonly key: string; readonly requestedWorker: string | null },
): Promise<KindHold | null> {
  const holds = await store.readKindHolds();
  if (holds.length === 0) return null;
  const worker = await workerOfRun({ store, config }, { key, requestedWorker });
  if (worker === null) return null;
  const hold = holds.find(({ kind }) => kind === worker.kind);
  if (hold === undefined || isInForce(hold, programs.stamp)) return hold ?? null;
  await store.dropKindHold(hold.kind);
  return null;
}

/** The worker that a run is started with; null when settings or its task name none. */
export async function workerOfRun(
  { store, config }: Pick<RunsContext, "store" | "config">,
  { key, requestedWorker }: Pick<Run, "key" | "requestedWorker">,
): Promise<WorkerSettings | null> {
  const ofTask = (await store.readRow(key))?.worker ?? null;
  const worker = chooseWorker(config, { requested: requestedWorker, ofTask });
  return worker.kind === "refused" ? null : worker;
}

/** By a person. The kinds that were on hold. */
export async function liftKindHolds({ store }: Pick<RunsContext, "store">): Promise<readonly KindHold[]> {
  const holds = await store.readKindHolds();
  for (const { kind } of holds) await store.dropKindHold(kind);
  return holds;
}
