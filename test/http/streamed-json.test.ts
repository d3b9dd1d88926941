// /status.json of a repository too large to be kept as bytes, over real sockets: it is made while it is sent.

import { connect, type Socket } from "node:net";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import type { ServedSnapshot } from "../../src/core/contract/snapshot.ts";
import { FakeLiveSnapshot } from "../support/fake-live-snapshot.ts";
import { ManyRows } from "../support/many-rows.ts";
import { sampleRow } from "../support/sample-snapshot.ts";
import { getRaw, startTestServer, type TestServer } from "../support/web-fixture.ts";

const ROWS_PER_SLICE = 100;

let server: TestServer;
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await server.close();
});

async function start(changes: Parameters<typeof startTestServer>[0] = {}): Promise<ManyRows> {
  const rows = new ManyRows();
  server = await startTestServer({ live: FakeLiveSnapshot.showing(rows.snapshot()), ...changes });
  rows.written = 0;
  return rows;
}

/** A reader that takes nothing until asked to. */
class Reader {
  readonly socket: Socket;
  readonly #chunks: Buffer[] = [];
  readonly #closed: Promise<void>;

  constructor(headers: readonly string[] = ["Connection: close"]) {
    this.socket = connect(server.port, "127.0.0.1");
    sockets.push(this.socket);
    this.socket.write(`GET /status.json HTTP/1.1\r\nHost: localhost\r\n${headers.join("\r\n")}\r\n\r\n`);
    this.socket.on("error", () => {});
    this.#closed = new Promise((resolve) => this.socket.once("close", () => resolve()));
  }

  /** What has arrived by now, about 64 KB at most. */
  take(): void {
    const chunk: Buffer | null = this.socket.read();
    if (chunk !== null) this.#chunks.push(chunk);
  }

  async readAll(): Promise<{ readonly head: string; readonly snapshot: ServedSnapshot }> {
    this.socket.on("data", (chunk: Buffer) => this.#chunks.push(chunk));
    await this.#closed;
    const [head = "", ...rest] = Buffer.concat(this.#chunks).toString("latin1").split("\r\n\r\n");
    return { head, snapshot: JSON.parse(joinChunks(rest.join("\r\n\r\n"))) };
  }
}

/** The body of a chunked answer; throws where its end is missing. */
function joinChunks(text: string): string {
  let body = "";
  for (let at = 0; ; ) {
    const lineEnd = text.indexOf("\r\n", at);
    const size = Number.parseInt(text.slice(at, lineEnd), 16);
    if (Number.isNaN(size)) throw new Error("The answer was cut off.");
    if (size === 0) return body;
    body += text.slice(lineEnd + 2, lineEnd + 2 + size);
    at = lineEnd + 2 + size + 2;
  }
}

/** Until nothing more is made: the client's and the system's buffers are full. */
async function untilStill(rows: ManyRows): Promise<number> {
  for (let before = -1; before !== rows.written || before === 0; ) {
    before = rows.written;
    await sleep(100);
  }
  return rows.written;
}

test("P26: it is whole, in order, without Content-Length, and 304 afterwards", async () => {
  const rows = await start();
  const { head, snapshot } = await new Reader().readAll();
  expect(head).toMatch(/^HTTP\/1\.1 200 /);
  expect(head).not.toMatch(/content-length/i);
  expect(snapshot.tasks).toHaveLength(rows.length);
  expect(snapshot.tasks.map(({ key }) => key)).toEqual(snapshot.tasks.map(({ key }) => key).toSorted());
  expect(snapshot.freshness.state).toBe("fresh");
  const tag = /etag: (.*)/i.exec(head)?.[1] ?? "";
  rows.written = 0;
  expect(
    (await getRaw(server.port, "/status.json", ["Connection: close", `If-None-Match: ${tag}`])).status,
  ).toBe(304);
  expect(rows.written).toBeLessThan(ROWS_PER_SLICE);
});

test("P26: HEAD has the headers and makes no row", async () => {
  const rows = await start();
  const socket = connect(server.port, "127.0.0.1");
  sockets.push(socket);
  let received = "";
  socket.on("data", (chunk) => {
    received += chunk;
  });
  socket.write("HEAD /status.json HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  await new Promise((resolve) => socket.once("close", resolve));
  expect(received).toMatch(/^HTTP\/1\.1 200 [\s\S]*\r\netag: /i);
  expect(received.endsWith("\r\n\r\n")).toBe(true);
  expect(rows.written).toBeLessThan(ROWS_PER_SLICE);
});

test("P26: a slow reader holds little, sees one snapshot, and others are answered meanwhile", async () => {
  const rows = await start();
  const slow = new Reader();
  const made = await untilStill(rows);
  expect(made).toBeLessThan(rows.length / 2);
  server.live.publish([sampleRow({ key: "one", group: "ready" })]);
  expect((await getRaw(server.port, "/status", ["Accept: text/html"])).status).toBe(200);
  expect(JSON.parse((await getRaw(server.port, "/status.json")).body).seq).toBe(418);
  const { snapshot } = await slow.readAll();
  expect(snapshot.seq).toBe(417);
  expect(snapshot.tasks).toHaveLength(rows.length);
});

test("P26: of several answers at once one slice is made per turn of the loop", async () => {
  const rows = await start();
  const readers = Array.from({ length: 5 }, () => new Reader());
  const all = Promise.all(readers.map((reader) => reader.readAll()));
  const perTurn: number[] = [];
  let isDone = false;
  void all.then(() => {
    isDone = true;
  });
  while (!isDone) {
    const before = rows.written;
    await nextTurn();
    perTurn.push(rows.written - before);
  }
  for (const { snapshot } of await all) expect(snapshot.tasks).toHaveLength(rows.length);
  // The first slices and the samples that tell how large it is come with the requests, which may share a turn.
  const inBetween = perTurn.filter((made) => made > 2 * ROWS_PER_SLICE);
  expect(inBetween.length).toBeLessThanOrEqual(readers.length);
});

test("P26: for a reader that went away nothing more is made", async () => {
  const rows = await start();
  const reader = new Reader();
  await untilStill(rows);
  reader.socket.destroy();
  const made = await untilStill(rows);
  expect(made).toBeLessThan(rows.length / 2);
});

test("P26, R17: a server that closes lets a reader finish and then ends the connection", async () => {
  const rows = await start();
  const reader = new Reader(["Connection: keep-alive"]);
  await untilStill(rows);
  const closed = server.close();
  const { snapshot } = await reader.readAll();
  expect(snapshot.tasks).toHaveLength(rows.length);
  await closed;
});

test("P26, H13: who reads slowly is not taken for a client that does not read", async () => {
  const limitMs = 300;
  const rows = await start({ limits: { unreadTimeoutMs: limitMs } });
  const reader = new Reader();
  const untilMs = Date.now() + 4 * limitMs;
  while (Date.now() < untilMs) {
    reader.take();
    await sleep(limitMs / 50);
  }
  expect(rows.written).toBeLessThan(rows.length);
  expect((await reader.readAll()).snapshot.tasks).toHaveLength(rows.length);
});
