// The result of an action on the next page, with Undo: for browsers without script, and for forms the script leaves to
// the browser.

import { type Html, html } from "../html/html.ts";
import { tag } from "../html/tags.ts";
import { type Acting, button, renderActionForm } from "./action-form.ts";

export type ResultNotice = {
  readonly words: string;
  /** The task's title. */
  readonly title: string | null;
  /** Null if it cannot be undone or already was. */
  readonly undo: string | null;
};

export function renderResult(result: ResultNotice | null, acting: Acting | null): Html | null {
  if (result === null) return null;
  const { words, title, undo } = result;
  return html`<section class="result" id="result" aria-label="What was done">${tag("ok", "done", "✓")} <b>${words}</b>${title !== null && html`: <bdi>${title}</bdi>`}
    ${undo !== null && acting !== null && undoForm(undo, acting)}</section>`;
}

function undoForm(of: string, acting: Acting): Html {
  return renderActionForm(acting, { action: "undo", fields: { of }, content: button("Undo") });
}
