// The document of every page: head, skip link, bar with repository and navigation, main.

import type { Repository } from "../../../core/contract/snapshot.ts";
import type { AssetUrls, FaviconState } from "../../assets/assets.ts";
import { attribute, type Html, html } from "./html.ts";

export type PageName = "status" | "runs" | "activity" | "search" | "notifications";

/** `script`: shows notifications of the browser; null where only other channels are on. */
export type PageNotify = { readonly script: string | null };

export type Layout = {
  /** Before the repository's name: "3 need you". Null for none. */
  readonly titleStart: string | null;
  /** After the repository's name: "Status". */
  readonly titleEnd: string;
  readonly favicon: FaviconState;
  readonly assets: AssetUrls;
  /** For a viewer who is notified; null for others. */
  readonly notify?: PageNotify | null | undefined;
  /** Null before the first snapshot. */
  readonly repository: Repository | null;
  /** The navigation entry of this page; null if it has none. */
  readonly current: PageName | null;
  /** Right end of the bar: filter and owner. */
  readonly scope?: Html | undefined;
  /** Between bar and main. */
  readonly banner?: Html | undefined;
  readonly head?: Html | undefined;
  /** Attributes of `<html>`, each with a leading space, for script and style. */
  readonly rootAttributes?: Html | undefined;
  readonly main: Html;
  readonly foot?: Html | undefined;
};

type PageLink = { readonly name: PageName; readonly href: string; readonly label: string };

const PAGES: readonly PageLink[] = [
  { name: "status", href: "/status", label: "Status" },
  { name: "runs", href: "/runs", label: "Runs" },
  { name: "activity", href: "/activity", label: "Activity" },
  { name: "search", href: "/search", label: "Search" },
];
/** Only for a viewer who is notified. */
const NOTIFICATIONS: PageLink = { name: "notifications", href: "/notifications", label: "Notifications" };

/**
 * The header forbids referrers, and browsers then send `Origin: null` with forms. This allows them to this server only.
 */
const OWN_REFERRER = html`<meta name="referrer" content="same-origin">`;

export function renderLayout(layout: Layout): string {
  const { assets } = layout;
  const page = html`<!doctype html>
    <html lang="en"${layout.rootAttributes}>
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    ${OWN_REFERRER}
    <title>${documentTitle(layout)}</title>
    <link rel="icon" href="${assets.favicon[layout.favicon]}" type="image/svg+xml">
    <link rel="stylesheet" href="${assets.style}">
    ${layout.head}${layout.notify?.script && html`<script src="${layout.notify.script}" type="module"></script>`}
    </head>
    <body>
    <a class="skip" href="#main">Skip to the content</a>
    ${renderBar(layout)}
    ${layout.banner}
    <main id="main" tabindex="-1">${layout.main}</main>
    ${layout.foot}
    </body>
    </html>
  `;
  return `${page}\n`;
}

/** A page of a few sentences, without updates. */
export function renderMessage(page: {
  readonly title: string;
  readonly repository: Repository | null;
  readonly assets: AssetUrls;
  readonly content: Html;
}): string {
  const { title, repository, assets, content } = page;
  return renderLayout({
    titleStart: title,
    titleEnd: "Tasks",
    favicon: "unknown",
    assets,
    repository,
    current: null,
    rootAttributes: html` data-page="plain"`,
    main: html`<div class="message">${content}</div>`,
  });
}

/** For pages that update automatically or count their age. */
export function renderScript({ script }: AssetUrls): Html {
  return html`<script src="${script}" type="module"></script>`;
}

function documentTitle({ titleStart, titleEnd, repository }: Layout): string {
  return [titleStart, repository?.name, titleEnd].filter(Boolean).join(" · ");
}

function renderBar({ repository, current, scope, notify }: Layout): Html {
  const pages = notify ? [...PAGES, NOTIFICATIONS] : PAGES;
  const links = pages.map(
    ({ name, href, label }) =>
      html`<a href="${href}"${attribute("aria-current", name === current ? "page" : null)}>${label}</a>`,
  );
  return html`<header class="bar">
    <a class="repository" href="/status"><bdi>${repository?.name ?? "Dataface Tasks"}</bdi></a>
    ${repository === null ? null : renderGit(repository)}
    <nav aria-label="Pages">${links}</nav>
    ${scope && html`<div class="scope">${scope}</div>`}
    </header>`;
}

const COMMIT_DIGITS = 7;

function renderGit(repository: Repository): Html {
  const { branch, commit, default_branch: usual } = repository;
  if (repository.git === "none") return html`<span class="git">not a git repository</span>`;
  if (repository.git === "failing")
    return html`<span class="git"><span class="tag warn">● git cannot be read</span></span>`;
  const elsewhere = branch !== null && usual !== null && branch !== usual;
  const place = branch ?? "detached";
  const mark = elsewhere ? html`<span class="tag warn">● not ${usual}</span>` : null;
  return html`<span class="git"><bdi class="branch" title="${place}">${place}</bdi>
    ${commit === null ? " · no commit yet" : html` · <span title="${commit}">${commit.slice(0, COMMIT_DIGITS)}</span>`}
    ${mark && html` ${mark}`}</span>`;
}
