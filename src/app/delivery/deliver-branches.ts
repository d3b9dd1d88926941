// Carries out delivery for pull requests, as far as it is switched on: rebases in the task's own worktree, or sends conflicts
// and failing checks back to the worker. core/pull-request/judge-delivery.ts decides on the facts of the moment; each step is
// stored before or with its effect, so that no other process repeats it.

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
import { continueRun } from "../runs/requests/message-worker.ts";

export type DeliveryContext = Pick<
  RunsContext,
  "clock" | "store" | "worktrees" | "workers" | "config" | "log"
>;

export type DeliveryRequest = {
  readonly rows: Iterable<TaskRow>;
  /** Only says what would be done, including what is switched off. */
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
};

export type DeliveryResult = {
  readonly key: string;
  readonly number: number;
  readonly url: string;
  readonly what: "rebase" | "repair" | "none";
  /** The outcome, or why nothing is done; completes "#712: ". */
  readonly outcome: string;
};

/** The actor that the feed names. */
const DELIVERY = "delivery";

/** A dry run shows what would be done with everything switched on. */
const EVERYTHING: DeliverySettings = { rebase: "safe", repair: "agent" };

/** One result per pull request that needs something, in sequence. Throws what the store throws. */
export async function deliverBranches(
  context: DeliveryContext,
  { rows, dryRun, signal }: DeliveryRequest,
): Promise<readonly DeliveryResult[]> {
  const { known, care } = await context.store.readPullRequests();
  const byNumber = new Map(known.map((one) => [one.number, one]));
  const records = new Map(care.map((record) => [record.number, record]));
  const done: DeliveryResult[] = [];
  for (const row of rows) {
    const pullRequest = byNumber.get(row.pull_request?.number ?? -1);
    if (signal.aborted) break;
    if (pullRequest === undefined || row.group === "done" || deliveryNeed(pullRequest) === null) continue;
    const record = records.get(pullRequest.number) ?? null;
    const run = await context.store.readOpenRun(row.key);
    done.push(await deliverOne(context, { row, pullRequest, record, run, dryRun, signal }));
  }
  return done;
}

type DeliveryCase = Omit<DeliveryRequest, "rows"> & {
  readonly row: TaskRow;
  readonly pullRequest: PullRequest;
  readonly record: DeliveryRecord | null;
  readonly run: Run | null;
};

async function deliverOne(context: DeliveryContext, input: DeliveryCase): Promise<DeliveryResult> {
  const { row, pullRequest, record, run, dryRun } = input;
  const settings = dryRun ? EVERYTHING : context.config.delivery;
  const step = judgeDelivery({ pullRequest, run, record, settings, nowMs: context.clock.wallMs() });
  const { number, url } = pullRequest;
  return { key: row.key, number, url, what: step.kind, outcome: await takeStep(context, input, step) };
}

async function takeStep(context: DeliveryContext, input: DeliveryCase, step: DeliveryStep): Promise<string> {
  const { rebase, repair } = context.config.delivery;
  switch (step.kind) {
    case "none":
      return step.because ?? "nothing to do";
    case "rebase": {
      const outcome = await rebaseOne(context, input);
      return input.dryRun && rebase === "off" ? `${outcome}, but delivery.rebase is off` : outcome;
    }
    case "repair": {
      if (!input.dryRun) return await repairOne(context, input, step.because);
      const would = `would go back to its worker: ${step.why}`;
      return repair === "off" ? `${would}, but delivery.repair is off` : would;
    }
  }
}

async function rebaseOne({ clock, store, worktrees }: DeliveryContext, input: DeliveryCase): Promise<string> {
  const { row, pullRequest, record, dryRun, signal } = input;
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
      return { outcome: "up_to_date", why: `it is up to date with ${base}`, files: [] };
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
  context: DeliveryContext,
  input: DeliveryCase,
  because: "conflict" | "checks",
): Promise<string> {
  const { pullRequest, record, run } = input;
  const { number, headCommit } = pullRequest;
  if (run === null) return "it has no supervised run to send it to";
  const repairs = [...(record?.repairs ?? []), { headCommit, because, atMs: context.clock.wallMs() }];
  const after: DeliveryRecord = { number, rebase: record?.rebase ?? null, repairs };
  // Stored first, so that no other process asks the worker a second time.
  if (!(await context.store.replaceCare({ before: record, after }))) return "another process is doing it";
  const prompt = repairPrompt(pullRequest, because);
  const continued = await continueRun(context, run, { prompt, interrupt: false, by: DELIVERY });
  return continued.kind === "refused" ? continued.message : "sent back to its worker";
}

/** Delivery beside the cycles of a runner, one pass at a time. One per process; `startDue` may be called in each cycle. */
export class BackgroundDelivery {
  readonly #context: DeliveryContext;
  readonly #stopping = new AbortController();
  #inFlight: Promise<unknown> | null = null;

  constructor(context: DeliveryContext) {
    this.#context = context;
  }

  /** Begins a pass if anything is due, and returns at once; the results are in the store. */
  startDue(rows: ReadonlyMap<string, TaskRow>): void {
    const { signal } = this.#stopping;
    if (signal.aborted || this.#inFlight !== null) return;
    const due = [...rows.values()].filter(({ pull_request: known }) => (known?.care.next ?? null) !== null);
    if (due.length === 0) return;
    this.#inFlight = deliverBranches(this.#context, { rows: due, dryRun: false, signal })
      .catch((error: unknown) => {
        this.#context.log.error({ error }, "the delivery of branches failed");
      })
      .finally(() => {
        this.#inFlight = null;
      });
  }

  /** Aborts the pass in progress. Safe to call twice. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#inFlight;
  }
}
