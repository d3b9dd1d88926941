// What went wrong, and where to go from here. Shows only what the route passes.

import type { Snapshot } from "../../../core/contract/snapshot.ts";
import type { AssetUrls } from "../../assets/assets.ts";
import { html } from "../html/html.ts";
import { renderMessage } from "../html/layout.ts";

export type ErrorPage = {
  readonly title: string;
  readonly detail: string;
  /** Helpful links, such as the valid owners. */
  readonly choices: readonly { readonly label: string; readonly href: string }[];
  /** Null before the first snapshot. */
  readonly snapshot: Pick<Snapshot, "repository"> | null;
  readonly assets: AssetUrls;
};

export function renderErrorPage({ title, detail, choices, snapshot, assets }: ErrorPage): string {
  const links = choices.map(({ label, href }) => html`<li><a href="${href}"><bdi>${label}</bdi></a></li>`);
  return renderMessage({
    title,
    assets,
    repository: snapshot?.repository ?? null,
    content: html`<h1>${title}</h1><p>${detail}</p>
      ${choices.length > 0 && html`<ul class="choices">${links}</ul>`}
      <p><a class="btn" href="/status">Go to status</a></p>`,
  });
}
