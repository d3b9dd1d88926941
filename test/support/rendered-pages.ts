// Every page there is, rendered from sample data: for tests that hold for all of them.

import type { TaskRow } from "../../src/core/snapshot/schema.ts";
import { loadAssets } from "../../src/web/assets/assets.ts";
import { renderActivityPage } from "../../src/web/pages/activity-page.ts";
import { fillPage, slotValues } from "../../src/web/pages/age-slot.ts";
import { renderAmbiguousTaskPage } from "../../src/web/pages/ambiguous-task-page.ts";
import { renderDocumentPage } from "../../src/web/pages/document-page.ts";
import { renderErrorPage } from "../../src/web/pages/error-page.ts";
import { renderMilestonePage } from "../../src/web/pages/milestone-page.ts";
import { renderSearchPage } from "../../src/web/pages/search-page.ts";
import { renderStartingPage } from "../../src/web/pages/starting-page.ts";
import { renderStatusPage, type StatusPage } from "../../src/web/pages/status-page.ts";
import { renderTaskPage } from "../../src/web/pages/task/task-page.ts";
import { renderWorkstreamPage } from "../../src/web/pages/workstream-page.ts";
import { parseStatusQuery, type StatusQuery } from "../../src/web/status-query.ts";
import { UNKNOWN } from "./fake-live-snapshot.ts";
import {
  FRESH,
  sampleAttestation,
  sampleRows,
  sampleSnapshot,
  sampleTransitions,
} from "./sample-snapshot.ts";

const ASSETS = loadAssets().urls;

export function query(text = ""): StatusQuery {
  return parseStatusQuery(new URLSearchParams(text));
}

/** The status page with its slots filled. */
export function statusPage(changes: Partial<StatusPage> = {}): string {
  const page: StatusPage = {
    snapshot: sampleSnapshot(),
    attestation: sampleAttestation(),
    freshness: FRESH,
    transitions: sampleTransitions(),
    query: query(),
    notices: [],
    assets: ASSETS,
    pageSettings: { rows: 25, refreshS: 30, timeZone: "UTC" },
    ...changes,
  };
  return fillPage(renderStatusPage(page), slotValues({ ...page, timeZone: "UTC" }));
}

export const SAMPLE_TEXT =
  "---\ntitle: x\n---\n# Head\n\n## Problem\n\n- [x] one\n- [ ] two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n";

/** Every page but the status page, by name. */
export function otherPages(
  rows: readonly TaskRow[] = sampleRows(),
  text = SAMPLE_TEXT,
): Record<string, string> {
  const snapshot = sampleSnapshot(rows);
  const transitions = sampleTransitions();
  const frame = {
    snapshot,
    attestation: sampleAttestation(),
    freshness: FRESH,
    assets: ASSETS,
    timeZone: "UTC",
  };
  const [row] = rows;
  if (row === undefined) throw new Error("Pages need at least one task.");
  const path = row.file as never;
  return {
    task: renderTaskPage({ ...frame, row, transitions, file: { kind: "text", path, text, hash: "" } }),
    taskWithoutFile: renderTaskPage({ ...frame, row, transitions: [], file: { kind: "missing" } }),
    ambiguous: renderAmbiguousTaskPage({ ...frame, slug: row.slug, rows: rows.slice(0, 2) }),
    document: renderDocumentPage({ ...frame, path: row.file, text, row }),
    workstream: renderWorkstreamPage({ ...frame, slug: row.workstream, rows }),
    milestone: renderMilestonePage({ ...frame, slug: "m1-pilot", rows }),
    activity: renderActivityPage({
      ...frame,
      transitions,
      filter: { task: row.key, group: null },
      olderUrl: "/activity?before=3",
    }),
    search: renderSearchPage({ ...frame, asked: row.title, rows, total: rows.length + 5 }),
    error: renderErrorPage({
      title: "Unknown owner",
      detail: "Nobody is called zoe.",
      choices: [{ label: "dave", href: "/status?owner=dave" }],
      snapshot,
      assets: ASSETS,
    }),
    starting: renderStartingPage({ freshness: UNKNOWN, assets: ASSETS, timeZone: "UTC" }),
    cannotStart: renderStartingPage({
      freshness: { ...UNKNOWN, stale_reason: "disk", detail: "The disk is full." },
      assets: ASSETS,
    }),
  };
}
