// GET /runs?before=: all runs, newest first, paged by the id of a run, so that new ones do not shift older pages.

import { createHash } from "node:crypto";
import type { Run, RunId } from "../../core/contract/run.ts";
import { runsUrl } from "../addresses/links.ts";
import { HTML_TYPE, NEVER_STORED, notModified, tagMatches, textAnswer } from "../http/answer.ts";
import { NOT_FOUND, parameterInvalid } from "../http/problem-json.ts";
import type { Frame } from "../pages/frame/frame.ts";
import { renderRunsPage } from "../pages/run/runs-page.ts";
import type { PageRoute } from "./request/page-request.ts";
import { problemPage } from "./request/problem-page.ts";
import type { WebContext } from "./request/web-context.ts";

const RUNS_PAGE_ROWS = 50;

export function createRunsRoute(context: WebContext): PageRoute {
  return async ({ view, frame, query, accept, headers }) => {
    if (context.runs === null) return problemPage(context, NOT_FOUND, accept);
    const { store } = context.runs;
    const before = query.get("before") || null;
    if (before !== null && (await store.readRun(before as RunId)) === null)
      return problemPage(context, parameterInvalid("before", "the run from a link to older ones"), accept);
    // One extra row tells whether there is an older page.
    const found = await store.readRuns({
      limit: RUNS_PAGE_ROWS + 1,
      ...(before !== null && { beforeId: before as RunId }),
    });
    const shown = found.slice(0, RUNS_PAGE_ROWS);
    const tag = tagOf(frame, shown);
    const answerHeaders = [...NEVER_STORED, "ETag", tag];
    if (tagMatches(headers["if-none-match"], tag)) return notModified(answerHeaders);
    const last = found.length > shown.length ? shown.at(-1) : undefined;
    const runs = shown.map((run) => ({ run, row: view.rowByKey.get(run.key) ?? null }));
    const text = renderRunsPage({ ...frame, runs, olderUrl: last === undefined ? null : runsUrl(last.id) });
    return textAnswer({ type: HTML_TYPE, text, headers: answerHeaders });
  };
}

/** Changes with whatever the page shows; its age changes with each cycle. */
function tagOf(
  { attestation, freshness, snapshot }: Pick<Frame, "attestation" | "freshness" | "snapshot">,
  runs: readonly Run[],
): string {
  const revisions = runs.map(({ id, revision }) => `${id} ${revision}`).join("\n");
  const digest = createHash("sha256").update(revisions).digest("hex").slice(0, DIGEST_LENGTH);
  return `W/"${[snapshot.seq, attestation.cycle, freshness.state, digest].join(".")}"`;
}

const DIGEST_LENGTH = 16;
