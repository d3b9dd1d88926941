// What changed: the list of pull requests by the time of their last update, and the newest runs of workflows, because a
// check that ends does not update its pull request. Both are asked for on the condition that they changed: the answer
// "no" (304) costs nothing of the budget (P9).

import * as z from "zod";
import { revertedInText, revertedNumber } from "../../core/pull-request/revert-branch.ts";
import type {
  ChangedPullRequest,
  HostAnswer,
  News,
  NewsQuestion,
} from "../../ports/git/pull-request-host.ts";
import { branchSchema, numberSchema, timeSchema } from "./api/answer-shapes.ts";
import { type AskLists, createListAsker, type ListAnswer } from "./api/ask-lists.ts";
import type { Connection } from "./api/connection.ts";
import { type NewsMark, readMark, writeMark } from "./news-mark.ts";

/** Never throws. Null: nothing changed since the mark. */
export async function readNews(
  connection: Connection,
  question: NewsQuestion,
): Promise<HostAnswer<News | null>> {
  const ask = createListAsker(connection, question.signal);
  const mark = readMark(question.mark);
  const since = wholeSeconds(question.sinceMs);
  const [pulls, runs] = await Promise.all([readPulls(ask, mark.pulls, since), readRuns(ask, mark, since)]);
  if (pulls.kind === "failed") return { ...pulls, ...ask.spent() };
  if (runs.kind === "failed") return { ...runs, ...ask.spent() };
  if (pulls.kind === "unchanged" && runs.kind === "unchanged")
    return { kind: "answered", value: null, ...ask.spent() };
  const value: News = {
    mark: writeMark({
      pulls: pulls.kind === "read" ? pulls.etag : mark.pulls,
      runs: runs.kind === "read" ? runs.etag : mark.runs,
      ranUntilMs: runs.kind === "read" ? runs.value.ranUntilMs : mark.ranUntilMs,
    }),
    changed: pulls.kind === "read" ? pulls.value.changed : [],
    branchesWithChecks: runs.kind === "read" ? runs.value.branches : [],
    complete:
      (pulls.kind !== "read" || pulls.value.complete) && (runs.kind !== "read" || runs.value.complete),
  };
  return { kind: "answered", value, ...ask.spent() };
}

/** The most that REST lists at once. */
const PULLS_PER_PAGE = 100;
/**
 * Five hundred changes since the last look, a few minutes ago, are a machine at work: then all are asked for anyway. The
 * first time they are the newest five hundred, among which are those that somebody works on.
 */
const FURTHER_PAGES_MAX = 4;
const RUNS_PER_PAGE = 50;

type Pulls = { readonly changed: readonly ChangedPullRequest[]; readonly complete: boolean };
type Runs = {
  readonly branches: readonly string[];
  readonly ranUntilMs: number | null;
  readonly complete: boolean;
};

const pullsSchema = z.array(
  z.object({
    number: numberSchema,
    state: z.string(),
    body: z.string().nullish(),
    updated_at: timeSchema,
    head: z.object({ ref: z.string(), repo: z.object({ full_name: z.string() }).nullish() }),
    base: z.object({ ref: z.string(), repo: z.object({ full_name: z.string() }) }),
  }),
);

const runsSchema = z.object({
  workflow_runs: z.array(z.object({ head_branch: z.string().nullish(), updated_at: timeSchema })),
});

async function readPulls(
  ask: AskLists,
  etag: string | null,
  sinceMs: number | null,
): Promise<ListAnswer<Pulls>> {
  const path = `pulls?state=all&sort=updated&direction=desc&per_page=${PULLS_PER_PAGE}`;
  const first = await ask.list(path, pullsSchema, etag);
  if (first.kind !== "read") return first;
  const pages = [first.value];
  while (mayGoOn(pages, sinceMs ?? 0) && pages.length <= FURTHER_PAGES_MAX) {
    const next = await ask.list(`${path}&page=${pages.length + 1}`, pullsSchema, null);
    if (next.kind === "failed") return next;
    pages.push(next.kind === "read" ? next.value : []);
  }
  const changed = pages.flat().filter(({ updated_at }) => sinceMs === null || updated_at >= sinceMs);
  const complete = !mayGoOn(pages, sinceMs ?? 0);
  return {
    kind: "read",
    etag: first.etag,
    value: { changed: uniqueByNumber(changed.map(asChange)), complete },
  };
}

/** The last page is full, and all on it changed. */
function mayGoOn(pages: ReadonlyArray<z.infer<typeof pullsSchema>>, sinceMs: number): boolean {
  const last = pages.at(-1) ?? [];
  return last.length === PULLS_PER_PAGE && last.every(({ updated_at }) => updated_at >= sinceMs);
}

/** Something that changes while pages are read moves the others onto the next page. */
function uniqueByNumber(changes: readonly ChangedPullRequest[]): readonly ChangedPullRequest[] {
  const seen = new Map(changes.toReversed().map((change) => [change.number, change]));
  return [...seen.values()].toReversed();
}

function asChange(pull: z.infer<typeof pullsSchema>[number]): ChangedPullRequest {
  return {
    number: pull.number,
    branch: pull.head.ref,
    // The copy of somebody who has deleted it since is none of ours either.
    fork: pull.head.repo?.full_name !== pull.base.repo.full_name,
    base: pull.base.ref,
    updatedAtMs: pull.updated_at,
    closed: pull.state !== "open",
    reverts: revertedNumber(pull.head.ref) ?? revertedInText(pull.body ?? "", pull.base.repo.full_name),
  };
}

/**
 * 404 where Actions are switched off, and on a server without them: then nothing runs. With a mark, what ran since then
 * counts: pull requests may have been quiet for days while workflows ran all the time.
 */
async function readRuns(ask: AskLists, mark: NewsMark, sinceMs: number | null): Promise<ListAnswer<Runs>> {
  const answer = await ask.list(`actions/runs?per_page=${RUNS_PER_PAGE}`, runsSchema, mark.runs);
  if (answer.kind === "failed" && answer.failure.reason === "missing") return { kind: "unchanged" };
  if (answer.kind !== "read") return answer;
  const runs = answer.value.workflow_runs;
  const newestMs = runs.length === 0 ? null : Math.max(...runs.map(({ updated_at }) => updated_at));
  // The newest that was told may have been deleted since.
  const fromMs = mark.ranUntilMs === null ? (sinceMs ?? 0) : Math.min(mark.ranUntilMs, newestMs ?? 0);
  const ran = runs.filter(({ updated_at }) => updated_at >= fromMs);
  const branches = new Set(ran.flatMap(({ head_branch }) => branchSchema.safeParse(head_branch).data ?? []));
  const value = { branches: [...branches], ranUntilMs: newestMs, complete: ran.length < RUNS_PER_PAGE };
  return { kind: "read", etag: answer.etag, value };
}

/** GitHub's times have no fractions: what changed within the second that is asked from counts as changed. */
function wholeSeconds(timeMs: number | null): number | null {
  return timeMs === null ? null : Math.floor(timeMs / 1000) * 1000;
}
