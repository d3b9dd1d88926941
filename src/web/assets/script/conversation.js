// Fetches the page again when needed, and holds the event stream that says when. Modes: stopped (hidden or paused: no
// polling, no stream); live (a stream is open, polls only when it is silent); polling (no stream or no free slot: one
// poll per interval, with backoff after failures). A fetch that the user asks for is sent in every mode.

import { readStream } from "./event-stream.js";
import { ANSWER_TIMEOUT_MS, askDelayMs, retryDelayMs } from "./schedule.js";
import { takeStreamSlot } from "./stream-slot.js";

/** After a broken stream each tab polls at a random time within this. */
const BREAK_SPREAD_MS = 500;
/** A refused stream is retried as late as after this many failures. */
const REFUSED_FAILURES = 10;

/**
 * @typedef {{ eventsUrl: string, intervalMs: number, newestSeq: () => number,
 *   onDocument: (next: Document) => void, onUnchanged: (state: object) => void,
 *   onEvent: (event: { name: string, state: object }) => void, onRefused: () => void, onChange: () => void }} Options
 */
export class Conversation {
  #options;
  #running = false;
  #etag = null;
  #failures = 0;
  #streaming = false;
  #stream = null;
  #asking = null;
  #isNudged = false;
  #timer = 0;
  #nextAt = 0;

  /** @param {Options} options */
  constructor(options) {
    this.#options = options;
    this.intervalMs = options.intervalMs;
  }

  /** The last fetch failed. */
  get isLost() {
    return this.#failures > 0;
  }

  get isStreaming() {
    return this.#streaming;
  }

  get nextInMs() {
    return Math.max(0, this.#nextAt - performance.now());
  }

  start() {
    this.#running = true;
    this.#connect();
    this.#schedule();
  }

  stop() {
    this.#running = false;
    this.#streaming = false;
    this.#stream?.abort();
    this.#stream = null;
    this.#asking?.abort();
    clearTimeout(this.#timer);
  }

  /** Fetches this page. One fetch at a time; the user's ("manual", "look") replaces any other. */
  async ask(cause) {
    if (this.#asking !== null && cause !== "manual" && cause !== "look") {
      // The pending answer may be older than the event.
      this.#isNudged ||= cause === "nudge";
      return;
    }
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    const timer = setTimeout(() => asking.abort("timeout"), ANSWER_TIMEOUT_MS);
    try {
      await this.#fetchPage(cause, asking.signal);
      this.#failures = 0;
    } catch {
      // Any error counts as a missing answer, unless we aborted the fetch ourselves.
      if (!asking.signal.aborted || asking.signal.reason === "timeout") this.#failures += 1;
    }
    clearTimeout(timer);
    if (this.#asking !== asking) return;
    this.#asking = null;
    this.#schedule();
    if (this.#failures === 0) this.#connect();
    this.#options.onChange();
    if (this.#isNudged && this.#failures === 0) {
      this.#isNudged = false;
      this.ask("nudge");
    }
  }

  /** An event made a fetch unnecessary. */
  heard() {
    this.#failures = 0;
  }

  async #fetchPage(cause, signal) {
    const headers = { Accept: "text/html" };
    if (this.#etag !== null) headers["If-None-Match"] = this.#etag;
    if (cause === "nudge") headers["Tasks-Nudge"] = "1";
    if (cause === "look") headers["Tasks-Look"] = "1";
    const response = await fetch(location.href, { headers, signal, cache: "no-store" });
    if (response.status === 304)
      return this.#options.onUnchanged(JSON.parse(response.headers.get("Tasks-State")));
    if (!response.ok) throw new Error(`answered ${response.status}`);
    const next = new DOMParser().parseFromString(await response.text(), "text/html");
    if (next.getElementById("fresh") === null) throw new Error("not the page that was asked for");
    this.#etag = response.headers.get("ETag");
    this.#options.onDocument(next);
  }

  #schedule() {
    clearTimeout(this.#timer);
    if (!this.#running) return;
    const delayMs = askDelayMs({
      intervalMs: this.intervalMs,
      streaming: this.#streaming,
      failures: this.#failures,
      random: Math.random(),
    });
    this.#nextAt = performance.now() + delayMs;
    this.#timer = setTimeout(() => this.ask("poll"), delayMs);
  }

  async #connect() {
    if (this.#stream !== null || !this.#running) return;
    const stream = new AbortController();
    this.#stream = stream;
    const giveBack = await takeStreamSlot().catch(() => null);
    if (giveBack === null) {
      // Retried after the next fetch.
      if (this.#stream === stream) this.#stream = null;
      return;
    }
    const outcome = await readStream({
      url: this.#options.eventsUrl,
      lastEventId: this.#options.newestSeq(),
      signal: stream.signal,
      onOpen: () => this.#setStreaming(true),
      onEvent: ({ name, data }) => this.#options.onEvent({ name, state: JSON.parse(data) }),
      onSignOfLife: () => this.#schedule(),
    });
    giveBack();
    if (this.#stream !== stream) return;
    this.#setStreaming(false);
    if (outcome === "refused") this.#options.onRefused();
    if (outcome === "ended") {
      this.#stream = null;
      setTimeout(() => this.#running && this.ask("poll"), Math.random() * BREAK_SPREAD_MS);
    } else {
      setTimeout(() => this.#reconnect(stream), retryDelayMs(REFUSED_FAILURES, Math.random()));
    }
  }

  /** The server responded but gave no stream; polling continued meanwhile. */
  #reconnect(stream) {
    if (this.#stream !== stream) return;
    this.#stream = null;
    this.#connect();
  }

  #setStreaming(streaming) {
    this.#streaming = streaming;
    this.#schedule();
    this.#options.onChange();
  }
}
