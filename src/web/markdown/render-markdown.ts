// Renders untrusted Markdown to safe HTML. It is sanitised after rendering, because only the result can be judged
// (S11). Without the sanitiser the text is shown as it is.

import MarkdownIt from "markdown-it";
import { type Html, html, trustedHtml } from "../pages/html/html.ts";
import { addHeadingIds } from "./heading-ids.ts";
import { loadSanitizer, type Sanitize } from "./sanitize.ts";
import { taskListBoxes } from "./task-list-boxes.ts";

/** Longer text is shown unrendered: rendering it would block other requests (S15). */
const RENDERED_MAX_LENGTH = 150_000;
/** A longer line is not prose, and some patterns cost quadratic time. */
const LINE_MAX_LENGTH = 10_000;
/** Deeper quotes and lists are flattened. */
const NESTING_MAX = 20;

export type MarkdownSource = {
  readonly text: string;
  /** The Markdown file, relative to the repository: relative links start there. */
  readonly file: string;
};

export type RenderMarkdown = (source: MarkdownSource) => Html;

/** Uses the installed sanitiser if it can be loaded. */
export const renderMarkdown: RenderMarkdown = createMarkdown(await loadSanitizer());

/** A renderer with this sanitiser; without one it shows the text. */
export function createMarkdown(sanitize: Sanitize | null): RenderMarkdown {
  const markdown = new MarkdownIt("default", { html: true, linkify: true, maxNesting: NESTING_MAX });
  markdown.use(taskListBoxes);
  return ({ text, file }) => {
    if (sanitize === null)
      return asText(text, "The sanitiser is not installed, so the file is shown as text.");
    if (isTooMuch(text)) return asText(text, "The file is too long to be laid out, so it is shown as text.");
    const safe = sanitize(markdown.render(text), file);
    return html`<div class="prose">${trustedHtml(addHeadingIds(safe))}</div>`;
  };
}

function isTooMuch(text: string): boolean {
  return text.length > RENDERED_MAX_LENGTH || text.split("\n").some((line) => line.length > LINE_MAX_LENGTH);
}

function asText(text: string, why: string): Html {
  return html`<p class="aside">${why}</p><pre class="source">${text}</pre>`;
}
