// A person gives a run to another worker, because its own one waits or gets nowhere: same run, worktree and branch, a new
// session with a note of what the first one left. The next start is the other worker's.

import type { WorkerSettings } from "../../../core/agent/contract/agent-kind.ts";
import { kindNamed } from "../../../core/agent/kinds/agent-kinds.ts";
import { judgeWorker } from "../../../core/agent/kinds/judge-worker.ts";
import { accountOf } from "../../../core/agent/workers/account.ts";
import { chooseWorker } from "../../../core/agent/workers/choose-worker.ts";
import { configuredWorkers } from "../../../core/agent/workers/configured-workers.ts";
import { type Refusal, refusal } from "../../../core/contract/refusal.ts";
import type { Run } from "../../../core/contract/run.ts";
import type { DueHandOver } from "../../../core/dispatch/due-hand-overs.ts";
import { chooseFallback } from "../../../core/dispatch/fallback.ts";
import { FALLBACK, handOver } from "../../../core/run/held/hand-over.ts";
import { describeOpenRun, hintFor } from "../../../core/run/judge-claim.ts";
import { refused } from "../../../core/run/run-transitions.ts";
import { inSentence } from "../../../core/text/listed.ts";
import { actionOf, labelOf } from "../change/action-of.ts";
import { type ChangedByPerson, changeByPerson } from "../change/change-by-person.ts";
import { changeRun } from "../change/change-run.ts";
import type { RunsContext } from "../change/runs-context.ts";

export type HandOverContext = Pick<RunsContext, "clock" | "store" | "workers" | "config">;

export type HandOverRequest = {
  /** A worker of the settings; null: the first fallback of its own one that does not wait. */
  readonly to: string | null;
  readonly by: string;
};

export type HandedOver = (ChangedByPerson & { readonly from: string; readonly to: string }) | Refusal;

export async function handOverRun(
  context: HandOverContext,
  run: Run,
  { to: asked, by }: HandOverRequest,
): Promise<HandedOver> {
  const from = await workerOf(context, run);
  if (from.kind === "refused") return from;
  const to = asked === null ? await fallbackOf(context, from) : named(context, asked);
  if (to.kind === "refused") return to;
  const problem = judgeWorker(to) ?? (kindNamed(to.kind) === null ? UNKNOWN_KIND : null);
  if (problem !== null) return problem;
  const act = { by, atMs: context.clock.wallMs() };
  const changed = await changeByPerson(context.store, run, {
    act,
    action: "continue",
    note: `with ${to.name} instead of ${from.name}`,
    change: (now) => handOver(now, { ...act, from: from.name, to: to.name }),
    explain: (now, why) => refusal(`${describeOpenRun(now)}: ${why}.`, hintFor(now)),
  });
  return changed.kind === "refused" ? changed : { ...changed, from: from.name, to: to.name };
}

/** By the settings: while it still waits for its worker's account, and that is still its worker. */
export async function handOverHeld(
  { clock, store }: Pick<RunsContext, "clock" | "store">,
  { key, from, to }: DueHandOver,
): Promise<void> {
  const run = await store.readOpenRun(key);
  if (run === null) return;
  const act = { by: FALLBACK, atMs: clock.wallMs() };
  const note = `with ${to} instead of ${from}, whose account waits`;
  await changeRun(store, {
    id: run.id,
    epoch: run.epoch,
    change: (now) =>
      now.state === "queued" && now.held?.scope?.kind === "account"
        ? handOver(now, { ...act, from, to })
        : refused("it no longer waits"),
    action: actionOf("continue", await labelOf(store, { key, owner: run.owner }), { ...act, note }),
  });
}

const UNKNOWN_KIND = refusal(
  "This version does not know that kind of worker.",
  "`tasks worker` prints them.",
);

/** The one of its newest attempt, else the one that it would have. */
async function workerOf({ store, config }: HandOverContext, run: Run): Promise<WorkerSettings | Refusal> {
  const ofTask = (await store.readRow(run.key))?.worker ?? null;
  const worked = configuredWorkers(config).all.find(({ name }) => name === run.agent?.name);
  return worked ?? chooseWorker(config, { requested: run.requestedWorker, ofTask });
}

function named({ config }: HandOverContext, asked: string): WorkerSettings | Refusal {
  return chooseWorker(config, { requested: asked, ofTask: null });
}

async function fallbackOf(context: HandOverContext, from: WorkerSettings): Promise<WorkerSettings | Refusal> {
  const { store, workers, config } = context;
  const paused = (await store.readScopedPauses())
    .filter(({ scope, phase }) => scope.kind === "account" && phase !== "easing" && phase !== "suspected")
    .map(({ scope }) => scope.name);
  const { host } = workers.self();
  const { all } = configuredWorkers(config);
  const { worker } = chooseFallback(from.name, {
    fallbacks: { [from.name]: from.fallback },
    // What a person does not want to wait for counts as waiting, whatever it is.
    isWaiting: (name) =>
      name === from.name || all.some((each) => each.name === name && paused.includes(accountOf(each, host))),
  });
  if (worker !== from.name) return named(context, worker);
  const name = inSentence(from.name);
  return from.fallback.length === 0
    ? refusal(
        `${name} has no fallback in the settings.`,
        `Name a worker, or set workers.${name}.fallback; \`tasks worker\` prints the workers.`,
      )
    : refusal(`Every fallback of ${name} waits too.`, "`tasks limits` shows until when.");
}
