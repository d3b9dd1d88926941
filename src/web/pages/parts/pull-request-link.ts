// The way to a pull request from a row or a page: its number as a link, and how it stands where that says more. The
// address is somebody else's text: what is no web address is no link.

import type { PullRequestView } from "../../../core/contract/pull-request-view.ts";
import { attribute, type Html, html } from "../html/html.ts";
import { momentText, type PageTime } from "../html/page-time.ts";

/** Null for whatever a browser would not open as a web page. */
function webAddress(url: string): string | null {
  const protocol = URL.parse(url)?.protocol;
  return protocol === "https:" || protocol === "http:" ? url : null;
}

/** To the host; it is not told where the reader comes from. Text where there is nothing to lead to. */
export function hostLink(url: string | null, content: Html | string, title: string | null = null): Html {
  const address = url === null ? null : webAddress(url);
  return address === null
    ? html`<span class="pr"${attribute("title", title)}>${content}</span>`
    : html`<a class="pr" href="${address}" rel="noreferrer"${attribute("title", title)}>${content}</a>`;
}

/** "#712", the title behind it. */
export function numberLink({ number, url, title }: Pick<PullRequestView, "number" | "url" | "title">): Html {
  return hostLink(url, `#${number}`, title);
}

export type Facts = {
  /** When they were true; null while they are kept up to date. */
  readonly asOfMs: number | null;
  readonly time: PageTime;
};

/** " as of 11:57", behind facts that are not kept up to date. What is merged stays merged. */
export function asOf({ state }: Pick<PullRequestView, "state">, { asOfMs, time }: Facts): Html | null {
  if (asOfMs === null || state === "merged") return null;
  return html` <small>as of ${momentText(asOfMs, time)}</small>`;
}

/** Beside what a row says of other things. `said` is what a closed one is called; `isNamed`: the row has its number. */
export function pullRequestMark(
  view: PullRequestView | null,
  said: string,
  { isNamed = false, ...facts }: Facts & { readonly isNamed?: boolean },
): Html | null {
  if (view === null) return null;
  const { state, draft } = view;
  const word = state === "closed" ? said : state === "open" && draft ? "draft" : null;
  const age = asOf(view, facts);
  if (isNamed && word === null && age === null) return null;
  return html`<span class="pr-mark">${!isNamed && numberLink(view)}${word !== null && ` ${word}`}${age}</span>`;
}
