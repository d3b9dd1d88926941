// GET /docs/<path>: one Markdown file under tasks/. The path is untrusted: the gate rejects odd ones, this route all
// but Markdown, and the reader links and files outside, all with the same 404 (S9).

import type { TaskRow } from "../../core/contract/snapshot.ts";
import type { RowsByKey } from "../../core/publication/rows-by-key.ts";
import { htmlAnswer } from "../http/answer.ts";
import { NOT_FOUND, type WebProblem } from "../http/problem-json.ts";
import { renderDocumentPage } from "../pages/plain/document-page.ts";
import type { PageRoute } from "./request/page-request.ts";
import { problemPage } from "./request/problem-page.ts";
import type { WebContext } from "./request/web-context.ts";

export function createDocsRoute(context: WebContext): PageRoute {
  return async ({ view, frame, param, accept }) => {
    const path = `tasks/${param("path")}`;
    if (!path.endsWith(".md")) return problemPage(context, NOT_FOUND, accept);
    const file = await context.reader.read(path);
    if (file.kind === "missing") return problemPage(context, NOT_FOUND, accept);
    if (file.kind === "refused") {
      return problemPage(context, file.reason === "too_large" ? TOO_LARGE : NOT_FOUND, accept);
    }
    const row = rowOfFile(view.rowByKey, path);
    return htmlAnswer(renderDocumentPage({ ...frame, path, text: file.text, row }));
  };
}

const TOO_LARGE: WebProblem = {
  code: "document_too_large",
  status: 404,
  title: "Too large to show",
  detail: "This file is too large for a task file, so it was not read. Open it in an editor.",
};

/** The file's task, without scanning all rows. */
function rowOfFile(rowByKey: RowsByKey, path: string): TaskRow | null {
  const [, workstream, slug] = /^tasks\/workstreams\/([^/]+)\/tasks\/([^/]+)\.md$/.exec(path) ?? [];
  if (workstream === undefined || slug === undefined) return null;
  const row = rowByKey.get(slug) ?? rowByKey.get(`${workstream}/${slug}`);
  return row?.file === path ? row : null;
}
