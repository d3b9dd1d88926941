// What changed: pull requests by the time of their last update, and the newest workflow runs, because a check that ends
// does not update its pull request. Both requests are conditional: a 304 is not counted against the rate limit (P9).

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

/** Never throws. Null: nothing changed since the mark. */
export async function readNews(
  connection: Connection,
  question: NewsQuestion,
): Promise<HostAnswer<News | null>> {
  const ask = createListAsker(connection, question.signal);
  const mark = readMark(question.mark);
  // GitHub's times have no fractions: a change within that second counts.
  const since = question.sinceMs === null ? null : Math.floor(question.sinceMs / 1000) * 1000;
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

/** REST's limit. */
const PULLS_PER_PAGE = 100;
/**
 * Five hundred changes within minutes are automated: then everything is fetched anyway. The first time, the newest five
 * hundred include those that people work on.
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
  while (mayContinue(pages, sinceMs ?? 0) && pages.length <= FURTHER_PAGES_MAX) {
    const next = await ask.list(`${path}&page=${pages.length + 1}`, pullsSchema, null);
    if (next.kind === "failed") return next;
    pages.push(next.kind === "read" ? next.value : []);
  }
  const changed = pages.flat().filter(({ updated_at }) => sinceMs === null || updated_at >= sinceMs);
  const complete = !mayContinue(pages, sinceMs ?? 0);
  return {
    kind: "read",
    etag: first.etag,
    value: { changed: uniqueByNumber(changed.map(asChange)), complete },
  };
}

/** The last page is full, and everything on it changed. */
function mayContinue(pages: ReadonlyArray<z.infer<typeof pullsSchema>>, sinceMs: number): boolean {
  const last = pages.at(-1) ?? [];
  return last.length === PULLS_PER_PAGE && last.every(({ updated_at }) => updated_at >= sinceMs);
}

/** A change while pages are read shifts others to the next page. */
function uniqueByNumber(changes: readonly ChangedPullRequest[]): readonly ChangedPullRequest[] {
  const seen = new Map(changes.toReversed().map((change) => [change.number, change]));
  return [...seen.values()].toReversed();
}

function asChange(pull: z.infer<typeof pullsSchema>[number]): ChangedPullRequest {
  return {
    number: pull.number,
    branch: pull.head.ref,
    // Null for a fork that was deleted.
    fork: pull.head.repo?.full_name !== pull.base.repo.full_name,
    base: pull.base.ref,
    updatedAtMs: pull.updated_at,
    closed: pull.state !== "open",
    reverts: revertedNumber(pull.head.ref) ?? revertedInText(pull.body ?? "", pull.base.repo.full_name),
  };
}

/**
 * A 404 means that Actions are disabled or missing: then nothing runs. With a mark, runs since then count: pull
 * requests may not have changed for days while workflows ran all the time.
 */
async function readRuns(ask: AskLists, mark: NewsMark, sinceMs: number | null): Promise<ListAnswer<Runs>> {
  const answer = await ask.list(`actions/runs?per_page=${RUNS_PER_PAGE}`, runsSchema, mark.runs);
  if (answer.kind === "failed" && answer.failure.reason === "missing") return { kind: "unchanged" };
  if (answer.kind !== "read") return answer;
  const runs = answer.value.workflow_runs;
  const newestMs = runs.length === 0 ? null : Math.max(...runs.map(({ updated_at }) => updated_at));
  // The newest reported run may have been deleted since.
  const fromMs = mark.ranUntilMs === null ? (sinceMs ?? 0) : Math.min(mark.ranUntilMs, newestMs ?? 0);
  const ran = runs.filter(({ updated_at }) => updated_at >= fromMs);
  const branches = new Set(ran.flatMap(({ head_branch }) => branchSchema.safeParse(head_branch).data ?? []));
  const value = { branches: [...branches], ranUntilMs: newestMs, complete: ran.length < RUNS_PER_PAGE };
  return { kind: "read", etag: answer.etag, value };
}

/** A damaged mark counts as none. */
export function readMark(mark: string | null): NewsMark {
  if (mark === null) return NO_MARK;
  try {
    return markSchema.parse(JSON.parse(mark));
  } catch {
    return NO_MARK;
  }
}

export function writeMark({ pulls, runs, ranUntilMs }: NewsMark): string {
  return JSON.stringify({ pulls: asEtag(pulls), runs: asEtag(runs), ranUntilMs });
}

/** Quoted, without blanks and control characters, of limited length. */
const ETAG = /^(?:W\/)?"[\x21\x23-\x7e]{1,200}"$/;

const etagSchema = z.string().regex(ETAG).nullable();
/**
 * Up to which changes were read: the ETags of both lists, and the time of the newest reported workflow run. It is stored
 * and becomes part of a header, so it is validated like an answer.
 */
const markSchema = z.object({ pulls: etagSchema, runs: etagSchema, ranUntilMs: z.number().nullable() });
type NewsMark = z.infer<typeof markSchema>;
const NO_MARK: NewsMark = { pulls: null, runs: null, ranUntilMs: null };

function asEtag(text: string | null): string | null {
  return text !== null && ETAG.test(text) ? text : null;
}
