// Why an action failed, and what to do instead. Typed text is kept, to send again.

import type { Snapshot } from "../../../core/contract/snapshot.ts";
import type { ActionName } from "../../addresses/action-names.ts";
import type { AssetUrls } from "../../assets/assets.ts";
import type { Fields } from "../../http/read-fields.ts";
import { type Html, html } from "../html/html.ts";
import { renderMessage } from "../html/layout.ts";
import { type Acting, button, renderActionForm } from "../parts/action-form.ts";

export type NotDonePage = {
  readonly action: ActionName;
  readonly title: string;
  readonly message: string;
  readonly hint: string;
  /** As submitted. */
  readonly fields: Fields;
  readonly acting: Acting;
  /** Null before the first snapshot. */
  readonly snapshot: Pick<Snapshot, "repository"> | null;
  readonly assets: AssetUrls;
};

/** What people type. A confirmation is never sent again automatically. */
const TYPED: Readonly<Record<string, string>> = {
  answer: "Your answer",
  prompt: "Message to the worker",
  note: "Note",
};
const NOT_RESENT: ReadonlySet<string> = new Set(["token", "back", "action_id", "confirm"]);

export function renderNotDonePage(page: NotDonePage): string {
  const { title, message, hint, acting } = page;
  return renderMessage({
    title,
    assets: page.assets,
    repository: page.snapshot?.repository ?? null,
    content: html`<h1>${title}</h1><p><bdi>${message}</bdi></p><p><bdi>${hint}</bdi></p>
      ${renderTyped(page)}
      <p><a class="btn" href="${acting.back}">Go back</a></p>`,
  });
}

function renderTyped({ action, fields, acting }: NotDonePage): Html | null {
  const sent = [...fields].filter(([name, value]) => !NOT_RESENT.has(name) && value !== "");
  const typed = sent.filter(([name]) => Object.hasOwn(TYPED, name));
  if (typed.length === 0) return null;
  return renderActionForm(acting, {
    action,
    className: "confirm",
    fields: Object.fromEntries(sent.filter(([name]) => !Object.hasOwn(TYPED, name))),
    content: html`${typed.map(([name, value]) => html`<label>${TYPED[name]} <textarea name="${name}" rows="4">${value}</textarea></label>`)}
      <div class="line">${button("Send again")}</div>`,
  });
}
