// Forms behind buttons. They work without script: the answer leads back to their page.

import type { ActionGuard, Permission } from "../../access/action-guard.ts";
import { type ActionName, actionPath } from "../../addresses/action-names.ts";
import { attribute, type Html, html } from "../html/html.ts";

/** What every form carries; null on read-only pages. */
export type Acting = {
  readonly token: string;
  /** The path of its page. */
  readonly back: string;
  /** Differs in every answer, so that a double click acts once (action-log.ts). */
  readonly id: string | Html;
};

/** What the page's forms carry; null if the viewer may not act. */
export function actingOn(
  { formToken }: Pick<ActionGuard, "formToken">,
  standing: Permission,
  page: Pick<Acting, "back" | "id">,
): Acting | null {
  return standing === "acts" ? { token: formToken, ...page } : null;
}

export type ActionForm = {
  readonly action: ActionName;
  readonly fields?: Readonly<Record<string, string | number>>;
  readonly className?: string;
  readonly content: Html;
};

export function renderActionForm({ token, back, id }: Acting, form: ActionForm): Html {
  const { action, fields = {}, className = "act", content } = form;
  return html`<form class="${className}" method="post" action="${actionPath(action)}"${attribute("data-asks", asks(action))}>
    ${Object.entries({ token, back, action_id: id, ...fields }).map(([name, value]) => hiddenField(name, value))}
    ${content}</form>`;
}

/** The answer is a confirmation page, which the script leaves to the browser. */
function asks(action: ActionName): string | null {
  return action.startsWith("stop") || action === "continue" ? "" : null;
}

type Attributes = Readonly<Record<string, string>>;

export function button(words: string, attributes: Attributes = {}): Html {
  return html`<button class="btn" type="submit"${written(attributes)}>${words}</button>`;
}

/** A button with another action than its form; required fields may then stay empty. */
export function otherButton(action: ActionName, words: string, attributes: Attributes = {}): Html {
  return html`<button class="btn" type="submit" formaction="${actionPath(action)}" formnovalidate${written(attributes)}>${words}</button>`;
}

function written(attributes: Attributes): Html[] {
  return Object.entries(attributes).flatMap(([name, value]) => attribute(name, value) ?? []);
}

function hiddenField(name: string, value: string | number | Html): Html {
  return html`<input type="hidden" name="${name}" value="${value}">`;
}
