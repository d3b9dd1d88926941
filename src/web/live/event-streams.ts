// The open event streams (server-sent events) of /status/events. An event is serialised once and written to all clients
// in batches, one batch per turn of the event loop, with one timer for all. A client that does not read is dropped; it
// reconnects and gets the newest state, so nothing is buffered for it.

import type { ServerResponse } from "node:http";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { LiveEvent, LiveSnapshot } from "../../app/server/live-snapshot.ts";
import { assertNever } from "../../core/values/assert-never.ts";
import { SECURITY_HEADERS } from "../http/security-headers.ts";
import { EVENT_NAMES, liveState } from "./protocol.ts";

export type StreamLimits = {
  readonly clients: number;
  /** Bytes written that the client's system has not taken; above this the client is dropped. */
  readonly unreadBytes: number;
  /** How often a comment is sent, so that both sides notice a dead connection. */
  readonly heartbeatMs: number;
};

export const STREAM_LIMITS: StreamLimits = {
  // Twice the promised 1,000 viewers; each costs a connection and about 20 KB.
  clients: 2000,
  // About sixty events: a tab that misses that many is not reading.
  unreadBytes: 64 * 1024,
  // Proxies commonly cut connections that are silent for 30 to 60 s.
  heartbeatMs: 15_000,
};

/** How long browsers wait before reconnecting, ±10 % so that tabs do not all come at once (F14). */
const RETRY_MS = 2000;
const RETRY_JITTER = 0.1;

/**
 * The minimum interval between `attested` events. Every page load may cause one, and sending tens per second to 1,000
 * viewers would cost more than the loads. Pages count the age in between.
 */
const ATTESTED_AT_MOST_EVERY_MS = 1_000;

/** About 8 ms of work. With smaller batches, page loads of the first clients would delay the event for the others. */
const CLIENTS_PER_TURN = 200;

const HEARTBEAT = Buffer.from(": still here\n\n");

const STREAM_HEADERS = [
  "Content-Type",
  "text/event-stream; charset=utf-8",
  "Cache-Control",
  "private, no-store",
  // A connection that carries a stream carries nothing after it.
  "Connection",
  "close",
];

export class EventStreams {
  readonly #live: LiveSnapshot;
  readonly #limits: StreamLimits;
  readonly #clients = new Set<ServerResponse>();
  #unsubscribe: (() => void) | null = null;
  /** Resolves when all pending events are sent; each client gets them in order. */
  #sent: Promise<void> = Promise.resolve();
  #heartbeat: NodeJS.Timeout | null = null;
  /** While it runs, attestations wait for it. */
  #attestedRest: NodeJS.Timeout | null = null;
  #isAttestedDue = false;

  constructor(live: LiveSnapshot, limits: StreamLimits = STREAM_LIMITS) {
    this.#live = live;
    this.#limits = limits;
  }

  get size(): number {
    return this.#clients.size;
  }

  get isFull(): boolean {
    return this.#clients.size >= this.#limits.clients;
  }

  start(): void {
    if (this.#unsubscribe !== null) return;
    this.#unsubscribe = this.#live.subscribe(({ kind }) => {
      if (kind === "attested") this.#sendAttested();
      else this.#sendAll(this.#eventText(kind));
    });
    this.#heartbeat = setInterval(() => this.#sendAll(HEARTBEAT), this.#limits.heartbeatMs);
    this.#heartbeat.unref();
  }

  stop(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = null;
    if (this.#heartbeat !== null) clearInterval(this.#heartbeat);
    this.#heartbeat = null;
    if (this.#attestedRest !== null) clearTimeout(this.#attestedRest);
    this.#attestedRest = null;
    for (const client of this.#clients) client.end();
    this.#clients.clear();
  }

  /** Takes over the response. The first event brings a page loaded a moment ago up to date. */
  open(response: ServerResponse, lastEventId: string | undefined): void {
    response.writeHead(200, [...SECURITY_HEADERS, ...STREAM_HEADERS]);
    const seq = this.#live.view()?.snapshot.seq;
    const kind = seq !== undefined && lastEventId === String(seq) ? "attested" : "published";
    this.#clients.add(response);
    response.on("close", () => this.#clients.delete(response));
    this.#send(response, Buffer.concat([Buffer.from(`retry: ${retryMs()}\n`), this.#eventText(kind)]));
  }

  #sendAttested(): void {
    this.#isAttestedDue = this.#attestedRest !== null;
    if (this.#isAttestedDue) return;
    this.#sendAll(this.#eventText("attested"));
    this.#attestedRest = setTimeout(() => {
      this.#attestedRest = null;
      if (this.#isAttestedDue) this.#sendAttested();
    }, ATTESTED_AT_MOST_EVERY_MS);
    this.#attestedRest.unref();
  }

  /** Only to clients that were connected when it happened; later ones got it in their first event. */
  #sendAll(bytes: Buffer): void {
    const clients = [...this.#clients];
    this.#sent = this.#sent.then(() => this.#sendTo(clients, bytes));
  }

  async #sendTo(clients: readonly ServerResponse[], bytes: Buffer): Promise<void> {
    for (const [at, client] of clients.entries()) {
      if (at > 0 && at % CLIENTS_PER_TURN === 0) await nextTurn();
      if (this.#clients.has(client)) this.#send(client, bytes);
    }
  }

  #send(client: ServerResponse, bytes: Buffer): void {
    if (client.write(bytes) || client.writableLength <= this.#limits.unreadBytes) return;
    this.#clients.delete(client);
    client.destroy();
  }

  /** JSON has no line breaks, so `data` is always one line. */
  #eventText(kind: LiveEvent["kind"]): Buffer {
    const state = liveState(this.#live.view(), this.#live.freshness());
    const id = kind === "published" && state.seq !== null ? `id: ${state.seq}\n` : "";
    return Buffer.from(`event: ${eventName(kind)}\n${id}data: ${JSON.stringify(state)}\n\n`, "utf8");
  }
}

function eventName(kind: LiveEvent["kind"]): string {
  switch (kind) {
    case "published":
      return EVENT_NAMES.published;
    case "attested":
      return EVENT_NAMES.attested;
    case "freshness":
      return EVENT_NAMES.freshness;
    default:
      return assertNever(kind);
  }
}

function retryMs(): number {
  return Math.round(RETRY_MS * (1 + RETRY_JITTER * (2 * Math.random() - 1)));
}
