// Keeps an open page up to date. It renders nothing itself: when something changes, it fetches the same page and morphs
// to it. In between it updates the page's age, and marks the page late or stale if no update arrives.

import { Acts } from "./acts.js";
import { ageAt, effectiveState, hasJumped, serverNowMs, thisMoment } from "./age-model.js";
import { recall, remember } from "./browser-memory.js";
import { Conversation } from "./conversation.js";
import { paintMarks, readLastSeen, visitToMark, writeLastSeen } from "./marks.js";
import { isBusy, morph } from "./morph.js";
import { clock, paint, say, set } from "./paint.js";
import { heldRow, isInList, keepPlaces } from "./places.js";

const TICK_MS = 1000;
const DEFAULT_REFRESH = "30";
const REFRESH_KEY = "tasks-refresh";
const RELOADED_KEY = "tasks-reloaded";
/** Events after which a held update may be shown. */
const LET_GO_EVENTS = ["pointerout", "focusout", "input", "change", "reset"];

export class LivePage {
  /** The newest document, as received. */
  #newest = null;
  /** An update that is not fully shown yet, and how many have arrived since. */
  #waiting = null;
  #announced = "";
  #lastTick = thisMoment();

  start() {
    const { lateMs, staleMs, events, staleIcon, refreshS } = document.getElementById("fresh").dataset;
    this.limits = { lateMs: Number(lateMs), staleMs: Number(staleMs) };
    this.staleIcon = staleIcon;
    this.zone = document.documentElement.dataset.zone;
    this.refresh = chosenRefresh(refreshS === "0" ? "off" : refreshS);
    this.acts = new Acts({
      onAnswer: () => this.#afterAction(),
      onSilence: () => this.conversation.ask("manual"),
    });
    this.#take(document);
    this.#newest = document.cloneNode(true);
    this.seenMs = visitToMark(readLastSeen(), this.#serverNowMs());
    this.conversation = new Conversation({
      eventsUrl: events,
      intervalMs: intervalMs(this.refresh),
      newestSeq: () => this.seq,
      onDocument: (next) => this.#receive(next),
      onUnchanged: (state) => this.#restore(state),
      onEvent: (event) => this.#onEvent(event),
      onRefused: reloadOnce,
      onChange: () => this.#paint(),
    });
    this.#listen();
    this.#paint();
    setInterval(() => this.#tick(), TICK_MS);
    if (this.#mayTalk()) this.conversation.start();
  }

  // From the server

  /** Reads a document's state. Its attributes are removed because they differ in every answer. */
  #take(doc) {
    const fresh = doc.getElementById("fresh");
    const ageMs = Number.parseInt(fresh.dataset.ageMs, 10);
    this.receipt = {
      ageMs: Number.isNaN(ageMs) ? null : ageMs,
      observedAtMs: Date.parse(fresh.dataset.observedAt),
      at: thisMoment(),
    };
    this.acts.take(doc);
    this.served = doc.documentElement.dataset.state;
    this.title = doc.title;
    this.icon = doc.querySelector("link[rel=icon]").getAttribute("href");
    this.seq = Number(fresh.dataset.seq);
    this.epoch = Number(fresh.dataset.epoch);
    this.words = doc.getElementById("fresh-words").cloneNode(true);
    this.shown = fresh.dataset.shown;
    this.sourceTimes = {};
    for (const age of doc.querySelectorAll("#sources [data-observed-at]")) {
      this.sourceTimes[age.id.replace("age-", "")] = age.dataset.observedAt;
      age.removeAttribute("data-observed-at");
    }
    fresh.removeAttribute("data-observed-at");
    fresh.removeAttribute("data-age-ms");
  }

  /** Unchanged: the server's last state holds again, with a new age. */
  #restore(state) {
    if (state.observed_at === null) return;
    this.receipt = { ageMs: state.age_ms, observedAtMs: Date.parse(state.observed_at), at: thisMoment() };
    for (const name of Object.keys(this.sourceTimes)) {
      this.sourceTimes[name] = state.sources?.[name]?.observed_at ?? null;
    }
    const words = document.getElementById("fresh-words");
    if (words.dataset.own !== undefined) words.replaceWith(this.words.cloneNode(true));
  }

  /** Confirms what the page shows, so no fetch is needed; any other event triggers one. */
  #onEvent({ name, state }) {
    const isSame = state.seq === this.seq && state.epoch === this.epoch && state.shown === this.shown;
    if (name !== "attested" || !isSame || state.state !== this.served) return this.conversation.ask("nudge");
    this.conversation.heard();
    this.#restore(state);
    this.#paint();
  }

  // From the user

  #listen() {
    document.addEventListener("visibilitychange", () => this.#onVisibility());
    addEventListener("pagehide", () => this.#leave());
    addEventListener("pageshow", (event) => event.persisted && this.#onVisibility());
    addEventListener("online", () => this.#mayTalk() && this.conversation.ask("return"));
    document.addEventListener("click", (event) => this.#onClick(event));
    for (const kind of LET_GO_EVENTS) {
      document.addEventListener(kind, () => setTimeout(() => this.#showWaiting(), 0));
    }
  }

  #mayTalk() {
    return document.visibilityState !== "hidden" && this.refresh !== "off";
  }

  #onVisibility() {
    if (document.visibilityState === "hidden") return this.#leave();
    this.seenMs = visitToMark(readLastSeen(), this.#serverNowMs()) ?? this.seenMs;
    this.#paint();
    this.#talk();
  }

  #leave() {
    writeLastSeen(this.#serverNowMs());
    this.conversation.stop();
  }

  #talk() {
    if (!this.#mayTalk()) return;
    this.conversation.start();
    this.conversation.ask("return");
  }

  #onClick(event) {
    const link = event.target.closest?.("#refresh, #pause, #pending, #interval-menu [data-refresh]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (link.id === "refresh") this.conversation.ask("look");
    else if (link.id === "pending") this.#showWaiting(true);
    else this.#choose(link.dataset.refresh ?? (this.refresh === "off" ? DEFAULT_REFRESH : "off"));
    link.closest("details")?.removeAttribute("open");
  }

  /** Shows the action's result, even if the server sends no newer page. */
  async #afterAction() {
    await this.conversation.ask("manual");
    this.#waiting = { count: this.#waiting?.count ?? 0, isShown: false };
    this.#showWaiting();
  }

  /** Kept in the address, for reloads and links, and in storage for the next visit (U2). */
  #choose(refresh) {
    this.refresh = refresh;
    remember("localStorage", REFRESH_KEY, refresh);
    const address = new URL(location.href);
    address.searchParams.set("refresh", refresh);
    history.replaceState(null, "", address);
    this.conversation.stop();
    this.conversation.intervalMs = intervalMs(refresh);
    this.#talk();
    this.#paint();
  }

  // On the page

  /** Updates the bar at once; the rest waits while it would disturb the user. */
  #receive(next) {
    this.#take(next);
    this.#prepare(next);
    morph(document.getElementById("fresh"), next.getElementById("fresh").cloneNode(true));
    this.#newest = next;
    this.#waiting = { count: (this.#waiting?.count ?? 0) + 1, isShown: false };
    this.#showWaiting();
  }

  /**
   * Morphs to the newest document, but not while the user types, and without moving a row that the user is about to
   * press or has just pressed.
   */
  #showWaiting(isWanted = false) {
    const isHeld = !isWanted && (this.acts.areResting || isInList(document));
    if (this.acts.hasNotes && !isHeld) this.#waiting ??= { count: 0, isShown: false };
    if (this.#waiting === null || (isHeld && this.#waiting.isShown)) return;
    const next = this.#newest.cloneNode(true);
    this.#prepare(next);
    const main = (doc) => doc.getElementById("main");
    if (!isWanted && isBusy(document) && !main(document).isEqualNode(main(next)))
      return this.#sayWaiting(this.#waiting.count);
    if (!isHeld) this.acts.forget();
    const { added, gone } = isHeld ? keepPlaces(document, next) : { added: 0, gone: 0 };
    this.acts.paint(next);
    morphInPlace(next);
    this.#waiting.isShown = true;
    this.#sayWaiting(gone > 0 ? this.#waiting.count : 0, added);
    if (added + gone === 0 && !this.acts.hasNotes) this.#waiting = null;
  }

  #sayWaiting(count, added = 0) {
    const pending = document.getElementById("pending");
    const updates = count > 0 ? `${count} update${count === 1 ? "" : "s"} waiting: show` : "";
    const words = added > 0 ? `${added} new: show` : updates;
    pending.hidden = words === "";
    say(pending, words);
  }

  #prepare(doc) {
    paint(doc, this.#picture());
    paintMarks(doc, this.seenMs, this.zone);
  }

  #paint() {
    const { state, reason } = this.#picture();
    this.#prepare(document);
    const title =
      reason === null ? this.title : `Stale · ${this.title.replace(/^(Late|Stale|Unknown) · /, "")}`;
    if (document.title !== title) document.title = title;
    set(document.querySelector("link[rel=icon]"), "href", reason === null ? this.icon : this.staleIcon);
    this.#announce(state);
  }

  /** Announces only a change of state, never the age (U8). */
  #announce(state) {
    if (this.#announced !== "" && this.#announced !== state) {
      const words = document.getElementById("fresh-words").textContent.replace(/\s+/g, " ");
      say(document.getElementById("announce"), state === "fresh" ? "Fresh again." : words);
    }
    this.#announced = state;
  }

  #picture() {
    const { isLost, isStreaming } = this.conversation;
    const ageMs = ageAt(this.receipt, thisMoment());
    const state = effectiveState({ served: this.served, ageMs, lost: isLost, ...this.limits });
    const talk = isLost ? "Retrying" : isStreaming ? "Live" : "Polling";
    return {
      state,
      ageMs,
      observedAtMs: this.receipt.observedAtMs,
      reason: isLost || state !== this.served ? this.#reason() : null,
      activity: this.refresh === "off" ? "Paused" : talk,
      refresh: this.refresh,
      sourceTimes: this.sourceTimes,
      zone: this.zone,
    };
  }

  /** Why the script's state is worse than the server's. */
  #reason() {
    const { isLost, nextInMs } = this.conversation;
    if (isLost && this.refresh === "off") return "The server is not responding, and updates are paused.";
    if (isLost)
      return `The server is not responding. Next attempt at ${clock(this.#serverNowMs() + nextInMs, this.zone)}.`;
    return this.refresh === "off" ? "Updates are paused." : "No newer update has arrived.";
  }

  #tick() {
    const now = thisMoment();
    const jumped = hasJumped(this.#lastTick, now);
    this.#lastTick = now;
    if (document.visibilityState === "hidden") return;
    this.#paint();
    this.#showWaiting();
    if (jumped && this.#mayTalk()) this.conversation.ask("return");
  }

  #serverNowMs() {
    return serverNowMs(this.receipt, thisMoment());
  }
}

/** Scrolls so that the row under the pointer stays in place. */
function morphInPlace(next) {
  const held = heldRow(document);
  const topBefore = held?.getBoundingClientRect().top;
  morph(document.body, next.body);
  if (held?.isConnected) scrollBy(0, held.getBoundingClientRect().top - topBefore);
}

/** The address, else the last choice, else the server's setting. */
function chosenRefresh(served) {
  if (new URL(location.href).searchParams.has("refresh")) return served;
  return recall("localStorage", REFRESH_KEY) ?? served;
}

function intervalMs(refresh) {
  return Number(refresh === "off" ? DEFAULT_REFRESH : refresh) * 1000;
}

/** A restarted server has a new token and perhaps a new script. A page with typed text is not reloaded. */
function reloadOnce() {
  if (isBusy(document) || recall("sessionStorage", RELOADED_KEY) === location.href) return;
  remember("sessionStorage", RELOADED_KEY, location.href);
  location.reload();
}
