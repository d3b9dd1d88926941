// Links to pull requests. The address is untrusted: only web addresses become links.

import type { PullRequestView } from "../../../core/contract/pull-request-view.ts";
import { attribute, type Html, html } from "../html/html.ts";
import { momentText, type PageTime } from "../html/page-time.ts";

/** Null unless a browser would open it as a web page. */
function webAddress(url: string): string | null {
  const protocol = URL.parse(url)?.protocol;
  return protocol === "https:" || protocol === "http:" ? url : null;
}

/** A link to the host, without a referrer. Plain text if there is no address. */
export function hostLink(url: string | null, content: Html | string, title: string | null = null): Html {
  const address = url === null ? null : webAddress(url);
  return address === null
    ? html`<span class="pr"${attribute("title", title)}>${content}</span>`
    : html`<a class="pr" href="${address}" rel="noreferrer"${attribute("title", title)}>${content}</a>`;
}

/** "#712", with the title as tooltip. */
export function numberLink({ number, url, title }: Pick<PullRequestView, "number" | "url" | "title">): Html {
  return hostLink(url, `#${number}`, title);
}

export type Facts = {
  /** When they were true; null while they are kept up to date. */
  readonly asOfMs: number | null;
  readonly time: PageTime;
};

/** " as of 11:57", after facts that are not kept up to date. A merge never changes. */
export function asOf({ state }: Pick<PullRequestView, "state">, { asOfMs, time }: Facts): Html | null {
  if (asOfMs === null || state === "merged") return null;
  return html` <small>as of ${momentText(asOfMs, time)}</small>`;
}

/**
 * A pull request beside a row's main text. `said`: the word for a closed one. `isNamed`: the row already has its
 * number.
 */
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
