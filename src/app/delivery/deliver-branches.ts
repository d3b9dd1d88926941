// Does for pull requests what care of branches is switched on for: rebases in the task's own worktree, or sends conflicts
// and failing checks back to the worker. What is to be done is judged in core/pull-request/judge-delivery.ts, anew on the facts of the
// moment; each step is taken in the store before or with what it does, so that nobody else takes it as well.

import type { CommitSha } from "../../core/contract/commit-sha.ts";
import type { PullRequest } from "../../core/contract/pull-request.ts";
import type { Run } from "../../core/contract/run.ts";
import type { TaskRow } from "../../core/contract/snapshot.ts";
import {
  type DeliveryRecord,
  type DeliverySettings,
  type DeliveryStep,
  deliveryNeed,
  judgeDelivery,
} from "../../core/pull-request/judge-delivery.ts";
import { repairPrompt } from "../../core/pull-request/repair-prompt.ts";
import type { Rebased } from "../../ports/git/worktrees.ts";
import { actionOf } from "../runs/change/action-of.ts";
import type { RunsContext } from "../runs/change/runs-context.ts";
import { continueRun } from "../runs/requests/continue-run.ts";

export type DeliveryContext = Pick<
  RunsContext,
  "clock" | "store" | "worktrees" | "workers" | "config" | "log"
>;

export type DeliveryRequest = {
  readonly rows: Iterable<TaskRow>;
  /** Only says what would be done, also what is switched off. */
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
};

export type DeliveryResult = {
  readonly key: string;
  readonly number: number;
  readonly url: string;
  readonly what: "rebase" | "repair" | "none";
  /** What came of it, or why nothing is done: completes "#712: ". */
  readonly outcome: string;
};

/** Who the feed names for what nobody did by hand. */
const DELIVERY = "delivery";

/** What is done when nothing is switched off: what a dry run tells of. */
const EVERYTHING: DeliverySettings = { rebase: "safe", repair: "agent" };

/** One answer per pull request that something could be done for; one after the other. Throws what the store throws. */
export async function deliverBranches(
  world: DeliveryContext,
  { rows, dryRun, signal }: DeliveryRequest,
): Promise<readonly DeliveryResult[]> {
  const { known, care } = await world.store.readPullRequests();
  const byNumber = new Map(known.map((one) => [one.number, one]));
  const records = new Map(care.map((record) => [record.number, record]));
  const done: DeliveryResult[] = [];
  for (const row of rows) {
    const pullRequest = byNumber.get(row.pull_request?.number ?? -1);
    if (signal.aborted) break;
    if (pullRequest === undefined || row.group === "done" || deliveryNeed(pullRequest) === null) continue;
    const record = records.get(pullRequest.number) ?? null;
    const run = await world.store.readOpenRun(row.key);
    done.push(await deliverOne(world, { row, pullRequest, record, run, dryRun, signal }));
  }
  return done;
}

type DeliveryCase = Omit<DeliveryRequest, "rows"> & {
  readonly row: TaskRow;
  readonly pullRequest: PullRequest;
  readonly record: DeliveryRecord | null;
  readonly run: Run | null;
};

async function deliverOne(world: DeliveryContext, told: DeliveryCase): Promise<DeliveryResult> {
  const { row, pullRequest, record, run, dryRun } = told;
  const configured = world.config.delivery;
  const settings = dryRun ? EVERYTHING : configured;
  const step = judgeDelivery({ pullRequest, run, record, settings, nowMs: world.clock.wallMs() });
  const { number, url } = pullRequest;
  return { key: row.key, number, url, what: step.kind, outcome: await takeStep(world, told, step) };
}

async function takeStep(world: DeliveryContext, told: DeliveryCase, step: DeliveryStep): Promise<string> {
  const { rebase, repair } = world.config.delivery;
  switch (step.kind) {
    case "none":
      return step.because ?? "nothing to do";
    case "rebase": {
      const outcome = await rebaseOne(world, told);
      return told.dryRun && rebase === "off" ? `${outcome}, but delivery.rebase is off` : outcome;
    }
    case "repair": {
      if (!told.dryRun) return await repairOne(world, told, step.because);
      const would = `would be sent back to its worker: ${step.why}`;
      return repair === "off" ? `${would}, but delivery.repair is off` : would;
    }
  }
}

async function rebaseOne({ clock, store, worktrees }: DeliveryContext, told: DeliveryCase): Promise<string> {
  const { row, pullRequest, record, dryRun, signal } = told;
  const { branch, base, number } = pullRequest;
  const headCommit = pullRequest.headCommit as CommitSha;
  const rebased = await worktrees.rebase({ slug: row.key, branch, base, headCommit, dryRun, signal });
  const { outcome, why, files } = describe(rebased, base);
  if (rebased.kind === "would_rebase" || dryRun) return why;
  const atMs = clock.wallMs();
  const isDone = outcome === "rebased" || outcome === "up_to_date";
  const after: DeliveryRecord = {
    number,
    rebase: { headCommit, outcome, why: isDone ? null : why, files, atMs },
    repairs: record?.repairs ?? [],
  };
  const note = `#${number}: ${why}`;
  await store.replaceCare({
    before: record,
    after,
    ...(outcome === "rebased" && { action: actionOf("rebase", row, { by: DELIVERY, atMs, note }) }),
  });
  return why;
}

type Described = {
  readonly outcome: NonNullable<DeliveryRecord["rebase"]>["outcome"];
  readonly why: string;
  readonly files: readonly string[];
};

function describe(rebased: Rebased, base: string): Described {
  switch (rebased.kind) {
    case "rebased":
      return { outcome: "rebased", why: `rebased onto ${base} and pushed`, files: [] };
    case "up_to_date":
      return { outcome: "up_to_date", why: `it has all of ${base}`, files: [] };
    case "would_rebase":
      return { outcome: "failed", why: `would be rebased onto ${base} and pushed`, files: [] };
    case "dirty":
    case "manual":
      return { outcome: rebased.kind, why: rebased.why, files: rebased.files };
    case "failed":
      return { outcome: "failed", why: rebased.why, files: [] };
  }
}

async function repairOne(
  world: DeliveryContext,
  told: DeliveryCase,
  because: "conflict" | "checks",
): Promise<string> {
  const { pullRequest, record, run } = told;
  const { number, headCommit } = pullRequest;
  if (run === null) return "it has no worker of ours to be asked";
  const repairs = [...(record?.repairs ?? []), { headCommit, because, atMs: world.clock.wallMs() }];
  const after: DeliveryRecord = { number, rebase: record?.rebase ?? null, repairs };
  // Taken first: asked for twice, a worker would do it twice.
  if (!(await world.store.replaceCare({ before: record, after }))) return "somebody else is at it";
  const prompt = repairPrompt(pullRequest, because);
  const continued = await continueRun(world, run, { prompt, interrupt: false, by: DELIVERY });
  return continued.kind === "refused" ? continued.message : "sent back to its worker";
}
