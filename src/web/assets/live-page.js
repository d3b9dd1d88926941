// Keeps an open page true. It has no view of the data of its own: told that something changed, it takes the page it
// stands on from the server and morphs. In between it counts the page's age, and calls the page late or stale by itself
// when nothing is heard.

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
/** What may free a held update. */
const LET_GO_EVENTS = ["pointerout", "focusout", "input", "change", "reset"];

export class LivePage {
  /** The newest document of the server, as it came. */
  #newest = null;
  /** Whether the page shows less than all of it, and since how many updates. */
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

  // What the server says

  /** A document's own facts. The attributes go, because they differ in every answer. */
  #take(doc) {
    const fresh = doc.getElementById("fresh");
    const ageMs = Number.parseInt(fresh.dataset.ageMs, 10);
    this.receipt = {
      ageMs: Number.isNaN(ageMs) ? null : ageMs,
      observedAtMs: Date.parse(fresh.dataset.observedAt),
      at: thisMoment(),
    };
    this.acts.take(doc);
    this.told = doc.documentElement.dataset.state;
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

  /** Unchanged: the last words of the server hold again, at the age it tells now. */
  #restore(state) {
    if (state.observed_at === null) return;
    this.receipt = { ageMs: state.age_ms, observedAtMs: Date.parse(state.observed_at), at: thisMoment() };
    for (const name of Object.keys(this.sourceTimes)) {
      this.sourceTimes[name] = state.sources?.[name]?.observed_at ?? null;
    }
    const words = document.getElementById("fresh-words");
    if (words.dataset.own !== undefined) words.replaceWith(this.words.cloneNode(true));
  }

  /** An attestation of what the page shows needs no question; everything else is worth one. */
  #onEvent({ name, state }) {
    const isSame = state.seq === this.seq && state.epoch === this.epoch && state.shown === this.shown;
    if (name !== "attested" || !isSame || state.state !== this.told) return this.conversation.ask("nudge");
    this.conversation.heard();
    this.#restore(state);
    this.#paint();
  }

  // What the reader does

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

  /** What it changed, whether or not the server has another page by now. */
  async #afterAction() {
    await this.conversation.ask("manual");
    this.#waiting = { count: this.#waiting?.count ?? 0, isShown: false };
    this.#showWaiting();
  }

  /** Kept in the address, so that a reload and a link mean the same, and in storage for the next visit (U2). */
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

  // What the page shows

  /** The bar is brought up to date at once; the rest waits while somebody would be disturbed. */
  #receive(next) {
    this.#take(next);
    this.#prepare(next);
    morph(document.getElementById("fresh"), next.getElementById("fresh").cloneNode(true));
    this.#newest = next;
    this.#waiting = { count: (this.#waiting?.count ?? 0) + 1, isShown: false };
    this.#showWaiting();
  }

  /**
   * Brings the page to the newest document: not while somebody types, and without moving a row while somebody is about
   * to press one, or has just done so.
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

  /** Only a change of state is said aloud; never the age (U8). */
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
    const state = effectiveState({ told: this.told, ageMs, lost: isLost, ...this.limits });
    const talk = isLost ? "Retrying" : isStreaming ? "Live" : "Polling";
    return {
      state,
      ageMs,
      observedAtMs: this.receipt.observedAtMs,
      reason: isLost || state !== this.told ? this.#reason() : null,
      activity: this.refresh === "off" ? "Paused" : talk,
      refresh: this.refresh,
      sourceTimes: this.sourceTimes,
      zone: this.zone,
    };
  }

  /** Why the page says of itself what the server did not say. */
  #reason() {
    const { isLost, nextInMs } = this.conversation;
    if (isLost && this.refresh === "off") return "The server does not answer, and updates are paused.";
    if (isLost)
      return `The server does not answer. Next try at ${clock(this.#serverNowMs() + nextInMs, this.zone)}.`;
    return this.refresh === "off" ? "Updates are paused." : "Nothing newer has been heard.";
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

/** What comes or goes above the row under the pointer is scrolled away. */
function morphInPlace(next) {
  const held = heldRow(document);
  const topBefore = held?.getBoundingClientRect().top;
  morph(document.body, next.body);
  if (held?.isConnected) scrollBy(0, held.getBoundingClientRect().top - topBefore);
}

/** The address wins, then what was chosen last, then the server's setting. */
function chosenRefresh(served) {
  if (new URL(location.href).searchParams.has("refresh")) return served;
  return recall("localStorage", REFRESH_KEY) ?? served;
}

function intervalMs(refresh) {
  return Number(refresh === "off" ? DEFAULT_REFRESH : refresh) * 1000;
}

/** A new server start has a new token, and perhaps a new script; a page with typed text is not thrown away. */
function reloadOnce() {
  if (isBusy(document) || recall("sessionStorage", RELOADED_KEY) === location.href) return;
  remember("sessionStorage", RELOADED_KEY, location.href);
  location.reload();
}
