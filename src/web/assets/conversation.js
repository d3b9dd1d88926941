// The page's talk with its server: questions for the page itself, and the stream that says when one is worth asking.
//
// Modes: stopped (asks nothing by itself, holds no stream: hidden or paused); live (a stream is open, questions only
// when it falls silent); polling (no stream or no slot for one, a question per interval, further apart after failures). A question that a
// person asks is asked in every mode.

import { readStream } from "./event-stream.js";
import { ANSWER_TIMEOUT_MS, askDelayMs, retryDelayMs } from "./schedule.js";
import { takeStreamSlot } from "./stream-slot.js";

/** A stream that broke is followed by a question, at a time of each tab's own. */
const BREAK_SPREAD_MS = 500;
/** Streams are refused only for long reasons: as many failures as that is worth. */
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

  /** The last question had no answer. */
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

  /** Fetches this very page. One question at a time; a person's ("manual", "look") replaces the others. */
  async ask(cause) {
    if (this.#asking !== null && cause !== "manual" && cause !== "look") {
      // The answer on its way may be older than what was just announced.
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
      // Whatever went wrong, the answer is missing. A question that we took back ourselves tells nothing.
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

  /** A sign of life that made a question needless. */
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
      // Tried again after the next question.
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

  /** The server is there but gave no stream: polling went on meanwhile. */
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
