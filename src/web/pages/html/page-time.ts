// Time elements: relative text, with the exact time in title and attribute. Durations count up to the observation, not
// to the answer, so a page never claims to know more.

import type { TimeBasis } from "../../../core/contract/parsed-file.ts";
import { targetEndMs } from "../../../core/snapshot/past-target.ts";
import { tickText } from "../../assets/script/duration.js";
import { clockText, dayText, exactText, isSameDay, shortClockText } from "./clock-text.ts";
import { type Html, html } from "./html.ts";

/** The page's time. */
export type PageTime = { readonly observedAtMs: number };

/** How a duration is written: "12 min", "12 min ago". */
export type TickKind = "for" | "ago";

const BASIS_WORDS: Readonly<Record<TimeBasis, string>> = {
  transition: "",
  seen: "",
  commit: ", by the last commit that changed the file",
  first_seen: ", when the file was last written or first seen; it may be longer",
};

/** "for 12 min" in a sentence. Print shows "since 11:52" instead. */
export function forTime(at: { readonly iso: string; readonly basis?: TimeBasis }, time: PageTime): Html {
  return html`<span class="for">for </span>${durationTime(at, "for", time)}`;
}

/** A duration that the script updates while the page is fresh. Print shows its title instead. */
export function durationTime(
  at: { readonly iso: string; readonly basis?: TimeBasis },
  kind: TickKind,
  time: PageTime,
): Html {
  const atMs = Date.parse(at.iso);
  if (!Number.isFinite(atMs)) return html`<span>unknown</span>`;
  const tick = at.basis !== "first_seen" ? kind : kind === "ago" ? "least_ago" : "least";
  const exact = `${exactText(atMs)}${BASIS_WORDS[at.basis ?? "seen"]}`;
  const title = kind === "ago" ? exact : `since ${exact}`;
  return html`<time datetime="${at.iso}" data-tick="${tick}" title="${title}">${tickText(tick, time.observedAtMs - atMs)}</time>`;
}

/** "12:04" today, "24 Mar 12:04" before: for feeds. */
export function momentTime(atMs: number, time: PageTime): Html {
  if (!Number.isFinite(atMs)) return html`<span>unknown</span>`;
  return html`<time datetime="${new Date(atMs).toISOString()}" title="${exactText(atMs)}">${momentText(atMs, time)}</time>`;
}

/** The same as text, for titles. */
export function momentText(atMs: number, { observedAtMs }: PageTime): string {
  if (!Number.isFinite(atMs)) return "unknown";
  const clock = shortClockText(atMs);
  return isSameDay(atMs, observedAtMs) ? clock : `${dayText(atMs, observedAtMs)} ${clock}`;
}

/** "12:04:31". */
export function clockTime(iso: string, _time: PageTime): Html {
  const atMs = Date.parse(iso);
  if (!Number.isFinite(atMs)) return html`<span>unknown</span>`;
  return html`<time datetime="${iso}" title="${exactText(atMs)}">${clockText(atMs)}</time>`;
}

/** "12 days past its target, 2026-03-12". */
export function pastTargetWords(target: string | null, time: PageTime): Html {
  const iso = new Date(targetEndMs(target) ?? 0).toISOString();
  return html`${durationTime({ iso }, "for", time)} past its target, ${target}`;
}
