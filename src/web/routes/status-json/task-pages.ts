// GET /status.json by pages: `limit` tasks at a time in order of key, all from one snapshot, whatever is published
// meanwhile.

import type { IncomingHttpHeaders } from "node:http";
import type { ShownView, SnapshotView } from "../../../app/server/live-snapshot.ts";
import type {
  Attestation,
  Freshness,
  ServedPage,
  Snapshot,
  TaskRow,
} from "../../../core/contract/snapshot.ts";
import { compareText } from "../../../core/text/compare-text.ts";
import { type Answer, JSON_TYPE, notModified, tagMatches } from "../../http/answer.ts";
import { problemAnswer, type WebProblem } from "../../http/problem-json.ts";
import { taskFilter } from "../../pages/status/status-view.ts";
import { type OwnerSnapshots, ownerUnknown } from "../request/owner-snapshot.ts";
import { atOnce, createMoments, loadNewest, snapshotHeaders, tagFor } from "../request/snapshot-answer.ts";
import { startingAnswer } from "../request/starting-answer.ts";
import type { WebContext } from "../request/web-context.ts";
import { PinnedSnapshots } from "./pinned-snapshots.ts";
import { type PageCursor, parseTaskPageQuery, type TaskPageQuery, writeCursor } from "./task-page-query.ts";

type Context = Pick<WebContext, "live" | "config" | "assets" | "clock">;

const SNAPSHOT_GONE: WebProblem = {
  code: "snapshot_gone",
  status: 410,
  title: "This list has expired",
  detail: "The cursor's snapshot is no longer kept. Start again without “cursor” to read the newest one.",
};

export function createTaskPages(context: Context, ownerSnapshot: OwnerSnapshots) {
  const pinned = new PinnedSnapshots(context.clock);
  const momentOf = createMoments();
  const listOf = createTaskLists();
  return async (headers: IncomingHttpHeaders, params: URLSearchParams): Promise<Answer> => {
    const asked = parseTaskPageQuery(params);
    if (asked.kind === "refused") return problemAnswer(asked.problem);
    const { query } = asked;
    // Later pages use the first page's snapshot, so they do not wait.
    const newestNow = query.cursor === null ? await loadNewest(context, headers) : atOnce(context);
    const newest = newestNow.view;
    if (newest === null) return startingAnswer(context, {});
    const view = query.cursor === null ? newest : viewOf(query.cursor, newest, pinned);
    if (view === null) return problemAnswer(SNAPSHOT_GONE);
    const owner = ownerSnapshot(view.snapshot, query.filter.owner);
    if (owner.kind === "unknown") return problemAnswer(ownerUnknown(owner));

    const freshness = freshnessOf(view, newest, newestNow.freshness);
    const moment = momentOf(view, freshness);
    const page = pageOf(listOf(owner.snapshot, query), query, view.snapshot);
    if (page.next_cursor !== null) pinned.pin(view);
    const tag = tagFor(`page ${owner.snapshot.owner.resolved_from} ${params} ${moment.version}`);
    const answerHeaders = snapshotHeaders(moment, freshness.age_ms, tag);
    if (tagMatches(headers["if-none-match"], tag)) return notModified(answerHeaders);
    const body = Buffer.from(
      `${JSON.stringify(servedPage(owner.snapshot, page, view.attestation, freshness))}\n`,
    );
    return { status: 200, headers: ["Content-Type", JSON_TYPE, ...answerHeaders], body: [body] };
  };
}

/** The snapshot of the previous pages. */
function viewOf(cursor: PageCursor, newest: SnapshotView, pinned: PinnedSnapshots): ShownView | null {
  const { epoch, seq } = newest.snapshot;
  return epoch === cursor.epoch && seq === cursor.seq ? newest : pinned.find(cursor);
}

/** A superseded snapshot keeps its age and is never fresh. */
function freshnessOf(shown: ShownView, newest: SnapshotView, freshness: Freshness): Freshness {
  if (shown.snapshot === newest.snapshot) return freshness;
  const { observed_at } = shown.attestation;
  const behindMs = Math.max(0, Date.parse(newest.attestation.observed_at) - Date.parse(observed_at));
  const age_ms = freshness.age_ms === null ? null : freshness.age_ms + behindMs;
  const overtaken = freshness.stale ? freshness : { ...freshness, ...OVERTAKEN };
  return { ...overtaken, age_ms, observed_at };
}

const OVERTAKEN = {
  state: "late",
  stale: true,
  stale_reason: "old",
  detail: "A newer snapshot has been published since the first page of this list.",
} as const;

type ListedTasks = (snapshot: Snapshot, query: TaskPageQuery) => readonly TaskRow[];

/** Lists cached per snapshot; more are computed per page. */
const LISTS_MAX = 8;

/** The tasks of a list in order of key, computed once per snapshot and question. */
function createTaskLists(): ListedTasks {
  const listsOf = new WeakMap<Snapshot, Map<string, readonly TaskRow[]>>();
  return (snapshot, { filter, question }) => {
    const lists = listsOf.get(snapshot) ?? new Map<string, readonly TaskRow[]>();
    listsOf.set(snapshot, lists);
    const known = lists.get(question);
    if (known !== undefined) return known;
    const passes = taskFilter(snapshot, filter);
    const { group } = filter;
    const list = snapshot.tasks.filter((row) => (group === null || row.group === group) && passes(row));
    if (lists.size >= LISTS_MAX) lists.clear();
    lists.set(question, list);
    return list;
  };
}

type Page = Pick<ServedPage, "total" | "tasks" | "next_cursor">;

function pageOf(list: readonly TaskRow[], query: TaskPageQuery, { epoch, seq }: Snapshot): Page {
  const start = query.cursor === null ? 0 : firstAfter(list, query.cursor.after);
  const tasks = list.slice(start, start + query.limit);
  const after = tasks.at(-1)?.key;
  const hasMore = after !== undefined && start + tasks.length < list.length;
  return {
    total: list.length,
    tasks,
    next_cursor: hasMore ? writeCursor({ epoch, seq, after }, query.question) : null,
  };
}

function firstAfter(list: readonly TaskRow[], key: string): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareText(list[middle]?.key ?? "", key) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function servedPage(
  snapshot: Snapshot,
  page: Page,
  { observed_at, cycle, duration_ms, sources }: Attestation,
  freshness: Freshness,
): ServedPage {
  const { groups: _groups, escalation: _escalation, summary: _summary, ...kept } = snapshot;
  return { ...kept, ...page, observed_at, cycle, duration_ms, sources, freshness };
}
