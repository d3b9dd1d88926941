// The latest changes with their reasons. The script adds "you were here until 11:30".

import type { Action, ActivityEvent } from "../../../core/contract/activity.ts";
import type { Snapshot } from "../../../core/contract/snapshot.ts";
import { activityUrl, taskUrl } from "../../addresses/links.ts";
import { codeInText } from "../html/command-words.ts";
import { type Html, html } from "../html/html.ts";
import { momentTime, type PageTime } from "../html/page-time.ts";
import { GROUP_WORDS, STORE_UNAVAILABLE } from "../html/words.ts";
import { type Moment, momentsOf } from "./moments.ts";
import { EVERYONE } from "./owner-menu.ts";

/** About an hour's changes; the activity page has the rest. */
const ENTRIES_SHOWN = 14;

export type ChangeFeed = {
  /** The latest of everyone; null if they cannot be read. */
  readonly transitions: readonly ActivityEvent[] | null;
  readonly snapshot: Pick<Snapshot, "owner">;
  readonly time: PageTime;
};

/** Those of the page's owner, newest first. */
export function feedOf({ transitions, snapshot }: ChangeFeed): readonly Moment[] {
  const { name } = snapshot.owner;
  return momentsOf((transitions ?? []).filter(({ owner }) => name === EVERYONE || owner === name));
}

export function renderChangeFeed(feed: ChangeFeed): Html {
  const entries = feedOf(feed).slice(0, ENTRIES_SHOWN);
  const { name } = feed.snapshot.owner;
  const all = activityUrl({ owner: name === EVERYONE ? null : name });
  const content =
    entries.length === 0
      ? html`<p class="empty ${feed.transitions === null ? "cannot-tell" : "nothing"}">${whyEmpty(feed)}</p>`
      : html`<ol class="feed" id="feed">${entries.map((entry) => renderFeedEntry(entry, feed.time))}</ol>`;
  return html`<aside class="changes" id="changes" aria-labelledby="h-changes">
    <div class="heading"><h2 id="h-changes">What changed</h2><small id="changes-note"></small><small class="end"><a href="${all}">all activity</a></small></div>
    ${content}</aside>`;
}

/** The latest changes may all be other people's (F10). */
function whyEmpty({ transitions, snapshot }: ChangeFeed): string {
  if (transitions === null) return STORE_UNAVAILABLE;
  return transitions.length === 0
    ? "No activity yet."
    : `None of the latest changes is ${snapshot.owner.name}'s. Earlier ones are under all activity.`;
}

export function renderFeedEntry(moment: Moment, time: PageTime): Html {
  const { id, atMs } = moment.change;
  return html`<li id="c-${id}" data-at-ms="${atMs}">${momentTime(atMs, time)} ${renderChange(moment)}</li>`;
}

/** The latest change in one line, for screens where the feed is below the lists. */
export function renderNewest(feed: ChangeFeed): Html {
  const [newest] = feedOf(feed);
  const line =
    newest === undefined
      ? whyEmpty(feed)
      : html`${momentTime(newest.change.atMs, feed.time)} ${renderChange(newest)}`;
  return html`<p class="newest" id="newest"><span class="newest-change">${line}</span> <a href="#changes" id="newest-note">what changed</a></p>`;
}

/** "Host Dataface on GCP active → needs you: Checks failing on #712". */
function renderChange(moment: Moment): Html {
  const { key, title } = moment.change;
  // A pause concerns no single task.
  if (key === "") return changeWords(moment);
  return html`<a class="t" dir="auto" href="${taskUrl(key)}">${title}</a> ${changeWords(moment)}`;
}

/** What happened, without the task. */
export function changeWords({ change, signals }: Moment): Html {
  if (change.kind === "acted") return actionWords(change);
  if (change.kind !== "moved") return signalWords(change);
  return html`${movedWords(change)}${signals.map((signal) => {
    const isReason = signal.kind === "signal_raised" && signal.sentence === change.reason;
    return isReason ? html` <code>${signal.code}</code>` : html`; ${signalWords(signal)}`;
  })}`;
}

function actionWords({ action, by, note }: Extract<ActivityEvent, { kind: "acted" }>): Html {
  return html`${ACTION_WORDS[action]} <bdi>${by}</bdi>${note === null ? null : html`: <bdi>${note}</bdi>`}`;
}

/** Each is followed by the person's name. */
const ACTION_WORDS: Readonly<Record<Action, string>> = {
  kickoff: "queued by",
  stop: "stopped by",
  continue: "continued by",
  answer: "answered by",
  claim: "claimed by",
  release: "released by",
  close: "run dismissed by",
  rebase: "rebased by",
  pause: "Starts paused by",
  resume: "Starts resumed by",
  acknowledge: "acknowledged by",
  snooze: "snoozed by",
  withdraw_acknowledgement: "acknowledgement undone by",
};

function signalWords(change: Extract<ActivityEvent, { code: unknown }>): Html {
  const label = change.kind === "signal_cleared" ? "Resolved" : change.tier === 2 ? "Needs you" : "Watch";
  return html`${label}: <bdi>${change.sentence}</bdi>`;
}

type Move = Extract<ActivityEvent, { kind: "moved" }>;

function movedWords({ from, to, reason }: Move): Html {
  if (to === null) return html`removed`;
  if (from === null) return html`added, ${GROUP_WORDS[to].name}: <bdi>${codeInText(reason)}</bdi>`;
  return html`${GROUP_WORDS[from].name} → ${GROUP_WORDS[to].name}: <bdi>${codeInText(reason)}</bdi>`;
}
