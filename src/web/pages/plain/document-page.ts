// One Markdown file under `tasks/`, as it is now.

import type { TaskRow } from "../../../core/contract/snapshot.ts";
import { taskUrl } from "../../addresses/links.ts";
import { renderMarkdown } from "../../markdown/render-markdown.ts";
import { splitDocument } from "../../markdown/split-document.ts";
import { type Frame, renderFramed } from "../frame/frame.ts";
import { html } from "../html/html.ts";

export type DocumentPage = Frame & {
  /** Relative to the repository. */
  readonly path: string;
  readonly text: string;
  /** The file's task, if it is a task file. */
  readonly row: TaskRow | null;
};

export function renderDocumentPage(page: DocumentPage): string {
  const { path, text, row } = page;
  const { frontMatter, body } = splitDocument(text);
  return renderFramed(page, {
    title: path.split("/").at(-1) ?? path,
    current: null,
    main: html`<div class="page-head"><p class="aside">File</p><h1 class="path"><bdi>${path}</bdi></h1>
      <p class="aside">As it was when this page was loaded${row && html` · <a href="${taskUrl(row.key)}">task page</a>`}</p></div>
      ${frontMatter === "" ? null : html`<pre class="source">${frontMatter}</pre>`}
      ${renderMarkdown({ text: body, file: path })}`,
  });
}
