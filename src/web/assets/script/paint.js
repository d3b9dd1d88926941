// Writes ages, durations, the script's own state and controls into a document. The same is written into a fetched
// document before comparing, so that unchanged parts stay untouched.

import { durationText, tickText } from "./duration.js";

export const WORDS = {
  fresh: ["●", "Fresh"],
  late: ["◔", "Late"],
  stale: ["◆", "Stale"],
  unknown: ["?", "Unknown"],
};

/**
 * @typedef {{ state: keyof typeof WORDS, ageMs: number | null, observedAtMs: number, reason: string | null,
 *   activity: string, refresh: string, sourceTimes: Record<string, string | null>, zone: string | undefined }} Picture
 */

/** @param {Document} doc @param {Picture} picture */
export function paint(doc, picture) {
  set(doc.documentElement, "data-state", picture.state);
  if (picture.reason !== null) paintOwnWords(doc, picture);
  paintAges(doc, picture);
  paintDurations(doc, picture);
  paintControls(doc, picture);
}

/** The banner for states that only the script knows. @param {Document} doc @param {Picture} picture */
function paintOwnWords(doc, { state, reason, observedAtMs, zone }) {
  const words = doc.getElementById("fresh-words");
  const [shape, word] = WORDS[state];
  const at = clock(observedAtMs, zone);
  const text = `${reason} This was true at ${at}.`;
  if (words === null || (words.dataset.own === state && words.querySelector(".said")?.textContent === text))
    return;
  words.dataset.own = state;
  const age = element(doc, "span", { id: "age" });
  const strong = element(doc, "strong", { class: "state" }, [
    element(doc, "i", { "aria-hidden": "true" }, [shape]),
    ` ${word}: this page is `,
    age,
    " old.",
  ]);
  const observed = element(doc, "time", { id: "observed" }, [at]);
  const said = [`${reason} This was true at `, element(doc, "b", {}, [observed]), "."];
  words.replaceChildren(strong, " ", element(doc, "span", { class: "said", title: text }, said));
}

/** @param {Document} doc @param {Picture} picture */
function paintAges(doc, { ageMs, observedAtMs, sourceTimes, zone }) {
  const observed = doc.getElementById("observed");
  if (observed !== null) {
    set(observed, "datetime", new Date(observedAtMs).toISOString());
    say(observed, clock(observedAtMs, zone));
  }
  if (ageMs === null) return;
  say(doc.getElementById("age"), durationText(ageMs));
  for (const [name, iso] of Object.entries(sourceTimes)) {
    if (iso !== null)
      say(doc.getElementById(`age-${name}`), durationText(ageMs + observedAtMs - Date.parse(iso)));
  }
}

/**
 * Durations tick while fresh; otherwise they stop at the observation, with a note. @param {Document} doc @param
 * {Pick<Picture, "state" | "ageMs" | "observedAtMs" | "zone">} picture
 */
export function paintDurations(doc, { state, ageMs, observedAtMs, zone }) {
  const nowMs = state === "fresh" ? observedAtMs + (ageMs ?? 0) : observedAtMs;
  for (const time of /** @type {NodeListOf<HTMLTimeElement>} */ (doc.querySelectorAll("time[data-tick]"))) {
    say(
      time,
      tickText(
        /** @type {"for" | "ago" | "least" | "least_ago"} */ (time.dataset.tick),
        nowMs - Date.parse(time.dateTime),
      ),
    );
  }
  const frozen = state === "fresh" ? "" : ` · durations at ${clock(observedAtMs, zone)}`;
  for (const small of doc.querySelectorAll(
    ".group > .heading > small, .group > details > .heading > small",
  )) {
    const note = small.querySelector(".frozen");
    if (frozen === "") note?.remove();
    else if (note !== null) say(note, frozen);
    else small.append(element(doc, "span", { class: "frozen" }, [frozen]));
  }
}

/** @param {Document} doc @param {Picture} picture */
function paintControls(doc, { activity, refresh }) {
  say(doc.getElementById("live"), activity);
  say(doc.getElementById("pause"), refresh === "off" ? "Resume" : "Pause");
  for (const link of /** @type {NodeListOf<HTMLElement>} */ (
    doc.querySelectorAll("#interval-menu [data-refresh]")
  )) {
    set(link, "aria-current", link.dataset.refresh === refresh ? "true" : null);
  }
}

const clocks = new Map();

/** In the server's time zone, like the rest of the page. @param {number} atMs @param {string | undefined} zone */
export function clock(atMs, zone) {
  if (!clocks.has(zone)) {
    /** @type {Intl.DateTimeFormatOptions} */
    const options = {
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      hourCycle: "h23",
      timeZone: zone,
    };
    clocks.set(zone, new Intl.DateTimeFormat("en-GB", options));
  }
  return clocks.get(zone).format(atMs);
}

/** Writes text only if it differs. @param {Element | null} node @param {string} text */
export function say(node, text) {
  if (node !== null && node.textContent !== text) node.textContent = text;
}

/** @param {Element} node @param {string} name @param {string | null} value null removes it */
export function set(node, name, value) {
  if (node.getAttribute(name) === value) return;
  if (value === null) node.removeAttribute(name);
  else node.setAttribute(name, value);
}

/** @param {Document} doc @param {string} tag @param {Record<string, string>} attributes @param {(Node | string)[]} children */
export function element(doc, tag, attributes, children = []) {
  const made = doc.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}
