// Keeps an open page true. It has no view of the data of its own: told that something changed, it fetches the page it
// stands on and morphs. In between it counts the page's age, and calls the page late or stale by itself when nothing is
// heard.
//
// Modes: paused (asks nothing, the age still counts); hidden (asks nothing, holds no stream); live (a stream is open,
// questions only when it falls silent); polling (no stream, a question per interval, further apart after failures).

import { ageAt, effectiveState, hasJumped, serverNowMs, thisMoment } from "./age-model.js";
import { readStream } from "./event-stream.js";
import { paintMarks, readLastSeen, visitToMark, writeLastSeen } from "./marks.js";
import { isBusy, morph, wouldMoveRow } from "./morph.js";
import { clock, paint, say, set } from "./paint.js";
import { ANSWER_TIMEOUT_MS, askDelayMs, retryDelayMs } from "./schedule.js";

const TICK_MS = 1000;
/** A row stays under a resting pointer this long at most: then the truth is worth more. */
const HOLD_MAX_MS = 10_000;
const DEFAULT_REFRESH = "30";
const REFRESH_KEY = "tasks-refresh";
const RELOADED_KEY = "tasks-reloaded";

class LivePage {
  #etag = null;
  #failures = 0;
  #streaming = false;
  #streamAbort = null;
  #askTimer = 0;
  #asking = null;
  #nextAskAt = null;
  #waiting = null;
  #announced = "";
  #lastTick = thisMoment();

  start() {
    const fresh = document.getElementById("fresh");
    this.settings = {
      lateMs: Number(fresh.dataset.lateMs),
      staleMs: Number(fresh.dataset.staleMs),
      events: fresh.dataset.events,
      staleIcon: fresh.dataset.staleIcon,
    };
    this.zone = document.documentElement.dataset.zone;
    this.refresh = this.#chosenRefresh(fresh.dataset.refreshS);
    this.#take(document);
    this.seenMs = visitToMark(readLastSeen(), this.#serverNowMs());
    this.#listen();
    this.#paint();
    setInterval(() => this.#tick(), TICK_MS);
    if (document.visibilityState === "visible") this.#connect();
    this.#schedule();
  }

  /** What a document from the server says about itself; the attributes go, because they differ in every answer. */
  #take(doc) {
    const fresh = doc.getElementById("fresh");
    const ageMs = Number.parseInt(fresh.dataset.ageMs, 10);
    this.receipt = {
      ageMs: Number.isNaN(ageMs) ? null : ageMs,
      observedAtMs: Date.parse(fresh.dataset.observedAt),
      at: thisMoment(),
    };
    this.told = doc.documentElement.dataset.state;
    this.title = doc.title;
    this.icon = doc.querySelector("link[rel=icon]").getAttribute("href");
    this.seq = Number(fresh.dataset.seq);
    this.epoch = Number(fresh.dataset.epoch);
    this.words = doc.getElementById("fresh-words").cloneNode(true);
    this.sourceTimes = {};
    for (const age of doc.querySelectorAll("#sources [data-observed-at]")) {
      this.sourceTimes[age.id.replace("age-", "")] = age.dataset.observedAt;
    }
    for (const node of doc.querySelectorAll("[data-observed-at]")) node.removeAttribute("data-observed-at");
    fresh.removeAttribute("data-age-ms");
  }

  /** The state record of an event or of an answer's header: newer than any document. */
  #takeState(state) {
    if (state.observed_at === null) return;
    this.receipt = { ageMs: state.age_ms, observedAtMs: Date.parse(state.observed_at), at: thisMoment() };
    for (const name of Object.keys(this.sourceTimes))
      this.sourceTimes[name] = state.sources?.[name]?.observed_at ?? null;
  }

  #listen() {
    document.addEventListener("visibilitychange", () => this.#onVisibility());
    addEventListener("pagehide", () => this.#leave());
    addEventListener("pageshow", (event) => event.persisted && this.#onVisibility());
    addEventListener("online", () => this.#ask("return"));
    document.addEventListener("click", (event) => this.#onClick(event));
    for (const kind of ["pointerout", "focusout", "input", "change", "reset"]) {
      document.addEventListener(kind, () => setTimeout(() => this.#showWaiting(), 0));
    }
  }

  #onVisibility() {
    if (document.visibilityState === "hidden") return this.#leave();
    this.seenMs = visitToMark(readLastSeen(), this.#serverNowMs()) ?? this.seenMs;
    this.#tick();
    if (this.refresh === "off") return;
    this.#ask("return");
    this.#connect();
  }

  #leave() {
    writeLastSeen(this.#serverNowMs());
    this.#disconnect();
    this.#asking?.abort();
    clearTimeout(this.#askTimer);
  }

  #onClick(event) {
    const link = event.target.closest?.("#refresh, #pause, #pending, #interval-menu [data-refresh]");
    if (link === null || link === undefined || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (link.id === "refresh") this.#ask("manual");
    else if (link.id === "pending") this.#showWaiting(true);
    else this.#choose(link.dataset.refresh ?? (this.refresh === "off" ? DEFAULT_REFRESH : "off"));
    link.closest("details")?.removeAttribute("open");
  }

  /** Kept in the address, so that a reload and a link mean the same, and in storage for the next visit (U2). */
  #choose(refresh) {
    this.refresh = refresh;
    remember(localStorage, REFRESH_KEY, refresh);
    const address = new URL(location.href);
    address.searchParams.set("refresh", refresh);
    history.replaceState(null, "", address);
    this.#disconnect();
    if (refresh === "off") clearTimeout(this.#askTimer);
    else {
      this.#ask("return");
      this.#connect();
    }
    this.#paint();
  }

  #chosenRefresh(served) {
    if (new URL(location.href).searchParams.has("refresh")) return served === "0" ? "off" : served;
    return recall(localStorage, REFRESH_KEY) ?? (served === "0" ? "off" : served);
  }

  // Asking

  #schedule() {
    clearTimeout(this.#askTimer);
    if (document.visibilityState === "hidden" || this.refresh === "off") return;
    const delayMs = askDelayMs({
      intervalMs: Number(this.refresh) * 1000,
      streaming: this.#streaming,
      failures: this.#failures,
      random: Math.random(),
    });
    this.#nextAskAt = performance.now() + delayMs;
    this.#askTimer = setTimeout(() => this.#ask("poll"), delayMs);
  }

  /** Fetches this very page. One question at a time; a person's replaces the others. */
  async #ask(cause) {
    if (this.#asking !== null) {
      if (cause !== "manual") return;
      this.#asking.abort();
    }
    const asking = new AbortController();
    this.#asking = asking;
    const timer = setTimeout(() => asking.abort(), ANSWER_TIMEOUT_MS);
    try {
      await this.#fetchPage(cause, asking.signal);
      this.#failures = 0;
    } catch {
      if (this.#asking === asking && document.visibilityState === "visible") this.#failures += 1;
    }
    clearTimeout(timer);
    if (this.#asking !== asking) return;
    this.#asking = null;
    this.#schedule();
    this.#paint();
    if (this.#failures === 0) this.#connect();
  }

  async #fetchPage(cause, signal) {
    const headers = { Accept: "text/html" };
    if (this.#etag !== null) headers["If-None-Match"] = this.#etag;
    if (cause === "nudge") headers["Tasks-Nudge"] = "1";
    const response = await fetch(location.href, { headers, signal, cache: "no-store" });
    if (response.status === 304) return this.#restore(JSON.parse(response.headers.get("Tasks-State")));
    if (!response.ok) throw new Error(`answered ${response.status}`);
    const next = new DOMParser().parseFromString(await response.text(), "text/html");
    if (next.getElementById("fresh") === null) throw new Error("not the page that was asked for");
    this.#etag = response.headers.get("ETag");
    this.#receive(next);
  }

  /** Unchanged: the last words of the server hold again, at the age it tells now. */
  #restore(state) {
    this.#takeState(state);
    const words = document.getElementById("fresh-words");
    if (words.dataset.own !== undefined) words.replaceWith(this.words.cloneNode(true));
  }

  // Showing

  /** The bar is brought up to date at once; the rest waits while somebody would be disturbed. */
  #receive(next) {
    this.#take(next);
    this.#prepare(next);
    this.#applyHead(next);
    morph(document.getElementById("fresh"), next.getElementById("fresh").cloneNode(true));
    const first = this.#waiting;
    this.#waiting = { next, count: (first?.count ?? 0) + 1, since: first?.since ?? performance.now() };
    this.#showWaiting();
  }

  #showWaiting(isWanted = false) {
    if (this.#waiting === null) return;
    const { next, count, since } = this.#waiting;
    const patience = performance.now() - since < HOLD_MAX_MS;
    const hold =
      !isWanted &&
      !differsOnlyInBar(next) &&
      (isBusy(document) || (patience && wouldMoveRow(document, next)));
    const pending = document.getElementById("pending");
    pending.hidden = !hold;
    say(pending, hold ? `${count} update${count === 1 ? "" : "s"} waiting: show` : "");
    if (hold) return;
    this.#waiting = null;
    this.#prepare(next);
    morph(document.body, next.body);
  }

  #applyHead(next) {
    if (document.title !== next.title) document.title = next.title;
    set(document.querySelector("link[rel=icon]"), "href", this.icon);
  }

  #prepare(doc) {
    paint(doc, this.#picture());
    paintMarks(doc, this.seenMs, this.zone);
  }

  #paint() {
    const picture = this.#picture();
    this.#prepare(document);
    const isOwn = picture.reason !== null;
    const title = isOwn ? `Stale · ${this.title.replace(/^(Late|Stale|Unknown) · /, "")}` : this.title;
    if (document.title !== title) document.title = title;
    set(document.querySelector("link[rel=icon]"), "href", isOwn ? this.settings.staleIcon : this.icon);
    this.#announce(picture.state);
  }

  /** Only a change of state is said aloud; never the age. */
  #announce(state) {
    if (this.#announced !== "" && this.#announced !== state) {
      const words = document.getElementById("fresh-words").textContent.replace(/\s+/g, " ");
      say(document.getElementById("announce"), state === "fresh" ? "Fresh again." : words);
    }
    this.#announced = state;
  }

  #picture() {
    const ageMs = ageAt(this.receipt, thisMoment());
    const lost = this.#failures > 0;
    const state = effectiveState({ told: this.told, ageMs, ...this.settings, lost });
    return {
      state,
      ageMs,
      observedAtMs: this.receipt.observedAtMs,
      reason: lost || state !== this.told ? this.#reason(lost) : null,
      activity: this.refresh === "off" ? "Paused" : this.#streaming ? "Live" : lost ? "Retrying" : "Polling",
      refresh: this.refresh,
      sourceTimes: this.sourceTimes,
      zone: this.zone,
    };
  }

  #reason(lost) {
    if (lost && this.refresh === "off") return "The server does not answer, and updates are paused.";
    if (lost)
      return `The server does not answer. Next try at ${clock(this.#serverNowMs() + Math.max(0, (this.#nextAskAt ?? 0) - performance.now()), this.zone)}.`;
    return this.refresh === "off" ? "Updates are paused." : "Nothing newer has been heard.";
  }

  #tick() {
    const now = thisMoment();
    const jumped = hasJumped(this.#lastTick, now);
    this.#lastTick = now;
    if (document.visibilityState === "hidden") return;
    this.#paint();
    if (this.#waiting !== null) this.#showWaiting();
    if (jumped && this.refresh !== "off") this.#ask("return");
  }

  #serverNowMs() {
    return serverNowMs(this.receipt, thisMoment());
  }

  // The stream

  async #connect() {
    if (this.#streamAbort !== null || document.visibilityState === "hidden" || this.refresh === "off") return;
    const abort = new AbortController();
    this.#streamAbort = abort;
    const outcome = await readStream({
      url: this.settings.events,
      lastEventId: this.seq,
      signal: abort.signal,
      onOpen: () => this.#setStreaming(true),
      onEvent: (event) => this.#onEvent(event),
      onSignOfLife: () => this.#schedule(),
    });
    if (this.#streamAbort !== abort) return;
    this.#setStreaming(false);
    if (outcome === "refused") reloadOnce();
    if (outcome !== "ended") return this.#reconnectLater(abort);
    this.#streamAbort = null;
    setTimeout(() => this.#ask("poll"), Math.random() * 500);
  }

  /** The server is there but gives no stream: polling goes on meanwhile. */
  #reconnectLater(abort) {
    setTimeout(
      () => {
        if (this.#streamAbort !== abort) return;
        this.#streamAbort = null;
        this.#connect();
      },
      retryDelayMs(10, Math.random()),
    );
  }

  #disconnect() {
    const abort = this.#streamAbort;
    this.#streamAbort = null;
    this.#streaming = false;
    abort?.abort();
  }

  #setStreaming(streaming) {
    this.#streaming = streaming;
    this.#schedule();
    this.#paint();
  }

  #onEvent({ name, data }) {
    const state = JSON.parse(data);
    const isSameSnapshot = state.seq === this.seq && state.epoch === this.epoch;
    const isSame = name === "attested" && isSameSnapshot && state.state === this.told;
    if (!isSame) return this.#ask("nudge");
    this.#failures = 0;
    this.#restore(state);
    this.#paint();
  }
}

/** Nothing outside the bar is another: no reason to wait. */
function differsOnlyInBar(next) {
  const main = document.getElementById("main");
  return main.isEqualNode(next.getElementById("main"));
}

/** A new server start has a new token, and perhaps a new script; a page with typed text is not thrown away. */
function reloadOnce() {
  if (isBusy(document) || recall(sessionStorage, RELOADED_KEY) === location.href) return;
  remember(sessionStorage, RELOADED_KEY, location.href);
  location.reload();
}

function recall(storage, key) {
  try {
    return storage.getItem(key);
  } catch {
    return null;
  }
}

function remember(storage, key, value) {
  try {
    storage.setItem(key, value);
  } catch {
    // Forbidden or full: the choice holds for this page only.
  }
}

/** Before the first snapshot: ask until there is one. */
async function awaitSnapshot(failures = 1) {
  const response = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" }).catch(
    () => null,
  );
  if (response?.ok) return location.reload();
  const delayMs = Math.min(5000, retryDelayMs(failures, Math.random()));
  setTimeout(() => awaitSnapshot(failures + 1), delayMs);
}

const page = document.documentElement.dataset.page;
if (page === "status") new LivePage().start();
if (page === "starting") setTimeout(awaitSnapshot, 500);
