// /status/events over real sockets: who may open a stream, what it says, and who is dropped.

import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import type { LiveState } from "../../src/web/live/protocol.ts";
import { STALE, sampleAttestation, sampleRow } from "../support/sample-snapshot.ts";
import { getRaw, startTestServer, type TestServer } from "../support/web-fixture.ts";

const started: TestServer[] = [];
const sockets: Socket[] = [];

async function start(changes: Parameters<typeof startTestServer>[0] = {}): Promise<TestServer> {
  const server = await startTestServer(changes);
  started.push(server);
  return server;
}

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(started.splice(0).map((server) => server.close()));
});

async function cookieOf(server: TestServer): Promise<string> {
  const { headers } = await getRaw(server.port, "/status", ["Accept: text/html"]);
  return (headers.get("set-cookie") ?? "").split(";")[0] ?? "";
}

type ReadEvent = { readonly event: string; readonly id: string | null; readonly data: LiveState };

class StreamReader {
  readonly socket: Socket;
  text = "";
  closed = false;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding("utf8");
    socket.on("data", (chunk: string) => {
      this.text += chunk;
    });
    socket.on("close", () => {
      this.closed = true;
    });
    socket.on("error", () => {});
  }

  /** Chunk sizes stand between the events; they are no field of one. */
  events(): ReadEvent[] {
    return [...this.text.matchAll(/event: (.*)\n(?:id: (.*)\n)?data: (.*)\n\n/g)].map(
      ([, event, id, data]) => ({
        event: event ?? "",
        id: id ?? null,
        data: JSON.parse(data ?? "null"),
      }),
    );
  }

  async until(condition: (reader: StreamReader) => boolean): Promise<void> {
    while (!condition(this)) await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function openStream(server: TestServer, headers: readonly string[] = []): Promise<StreamReader> {
  const socket = connect(server.port, "127.0.0.1");
  sockets.push(socket);
  const lines = [
    "GET /status/events HTTP/1.1",
    "Host: localhost",
    "Sec-Fetch-Site: same-origin",
    `Cookie: other=1; ${await cookieOf(server)}`,
    ...headers,
  ];
  socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  return new StreamReader(socket);
}

describe("S6: who may open a stream", () => {
  test("not without the cookie of this start, nor with another one's", async () => {
    const server = await start();
    const status = async (headers: readonly string[]) =>
      (await getRaw(server.port, "/status/events", headers)).status;
    const cookie = await cookieOf(server);
    const own = "Sec-Fetch-Site: same-origin";
    expect(await status([own])).toBe(403);
    expect(await status([own, `Cookie: ${cookie.replace(/=.*/, "=x")}`])).toBe(403);
    expect(await status([own, `Cookie: ${cookie}x`])).toBe(403);
    const other = await start();
    expect(
      await status([own, `Cookie: ${cookie.replace(/=.*/, (await cookieOf(other)).replace(/.*=/, "="))}`]),
    ).toBe(403);
  });

  test.each([
    [[]],
    [["Sec-Fetch-Site: cross-site"]],
    [["Sec-Fetch-Site: same-site"]],
    [["Sec-Fetch-Site: none"]],
  ])("not from elsewhere: %s", async (headers) => {
    const server = await start();
    const answer = await getRaw(server.port, "/status/events", [
      `Cookie: ${await cookieOf(server)}`,
      ...headers,
    ]);
    expect(answer.status).toBe(403);
  });

  test("not with a foreign Origin, although everything else is right", async () => {
    const server = await start();
    const headers = [
      `Cookie: ${await cookieOf(server)}`,
      "Sec-Fetch-Site: same-origin",
      "Origin: http://localhost:3000",
    ];
    expect((await getRaw(server.port, "/status/events", headers)).status).toBe(403);
  });

  test("the cookie is for this port, the stream, and no script", async () => {
    const server = await start();
    const { headers } = await getRaw(server.port, "/status", ["Accept: text/html"]);
    expect(headers.get("set-cookie")).toMatch(
      new RegExp(`^tasks_stream_${server.port}=[\\w-]{32}; Path=/status/events; HttpOnly; SameSite=Strict$`),
    );
  });
});

describe("what a stream says", () => {
  test("the newest state at once, then each publication, attestation and change of state", async () => {
    const server = await start();
    const reader = await openStream(server);
    await reader.until(({ text }) => text.includes("event: snapshot"));
    expect(reader.text).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(reader.text).toContain("Content-Type: text/event-stream; charset=utf-8\r\n");
    expect(reader.text).toMatch(/retry: (1[89]|2[012])\d\d\n/);

    server.live.publish([sampleRow({ key: "one", group: "ready" })]);
    server.live.attest(sampleAttestation({ cycle: 9000 }));
    server.live.become(STALE);
    await reader.until(({ text }) => text.includes("event: freshness"));
    const [first, published, attested, stale] = reader.events();
    expect(first).toMatchObject({ event: "snapshot", id: "417", data: { seq: 417, epoch: 3, age_ms: 4000 } });
    expect(published).toMatchObject({ event: "snapshot", id: "418", data: { seq: 418, state: "fresh" } });
    expect(attested).toMatchObject({ event: "attested", id: null, data: { cycle: 9000 } });
    expect(attested?.data.sources?.tasks.state).toBe("ok");
    expect(stale).toMatchObject({ event: "freshness", data: { state: "stale", stale_reason: "timeout" } });
  });

  test("a page that has the newest snapshot gets an attestation", async () => {
    const server = await start();
    const reader = await openStream(server, ["Last-Event-ID: 417"]);
    await reader.until(({ text }) => text.includes("event: "));
    expect(reader.events()[0]?.event).toBe("attested");
  });

  test("before the first snapshot it waits, and opening it asks for no cycle", async () => {
    const server = await start();
    const reader = await openStream(server);
    await reader.until(({ text }) => text.includes("event: "));
    // The one refresh is the load of the page that brought the cookie.
    expect(server.live.refreshes).toHaveLength(1);
  });

  test("a comment now and then keeps the connection known to be alive", async () => {
    const server = await start({ limits: { heartbeatMs: 20 } });
    const reader = await openStream(server);
    await reader.until(({ text }) => text.split(": still here\n\n").length > 3);
  });
});

describe("limits", () => {
  test("viewers beyond the cap get a Retry-After; a free place is taken", async () => {
    const server = await start({ limits: { clients: 2 } });
    const [first, second] = [await openStream(server), await openStream(server)];
    await Promise.all([first, second].map((reader) => reader.until(({ text }) => text.includes("event: "))));
    const third = await openStream(server);
    await third.until(({ text }) => text.includes("streams_full"));
    expect(third.text).toMatch(/^HTTP\/1\.1 503 /);
    expect(third.text).toMatch(/\r\nRetry-After: \d+\r\n/);

    first.socket.destroy();
    while ((await viewers(server)) === 2) await new Promise((resolve) => setTimeout(resolve, 5));
    const fourth = await openStream(server);
    await fourth.until(({ text }) => text.includes("event: "));
  });

  test("a client that does not read is dropped, the others are not", async () => {
    const server = await start({ limits: { unreadBytes: 16 * 1024 } });
    const deaf = await openStream(server);
    const reader = await openStream(server);
    await reader.until(({ text }) => text.includes("event: "));
    await deaf.until(({ text }) => text.includes("event: "));
    deaf.socket.pause();
    // The system's own buffers take a few megabytes before the server notices.
    const large = sampleAttestation();
    const padded = {
      ...large,
      sources: { ...large.sources, tasks: { ...large.sources.tasks, error: "x".repeat(190) } },
    };
    server.live.attest(padded);
    // Few at once, so that the readers get a chance.
    for (let round = 0; round < 4000 && (await viewers(server)) === 2; round += 1) {
      for (let event = 0; event < 10; event += 1) server.live.emit({ kind: "freshness" });
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect(await viewers(server)).toBe(1);
    expect(reader.closed).toBe(false);
  });
});

async function viewers(server: TestServer): Promise<number> {
  const { body } = await getRaw(server.port, "/metrics");
  return Number(/^tasks_viewers (\d+)$/m.exec(body)?.[1]);
}

test("H12: ten tabs hold ten streams, and every load is still answered", async () => {
  const server = await start();
  const readers = await Promise.all(Array.from({ length: 10 }, () => openStream(server)));
  await Promise.all(readers.map((reader) => reader.until(({ text }) => text.includes("event: "))));
  const loads = ["/status", "/status.json", "/activity", "/livez"].map((path) => getRaw(server.port, path));
  expect((await Promise.all(loads)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  expect(readers.some(({ closed }) => closed)).toBe(false);
});

/** Sockets are opened as fast as the server takes them. */
async function openMany(server: TestServer, count: number): Promise<StreamReader[]> {
  const cookie = await cookieOf(server);
  const head = `GET /status/events HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\nCookie: ${cookie}\r\n\r\n`;
  const readers = Array.from({ length: count }, () => {
    const socket = connect(server.port, "127.0.0.1");
    sockets.push(socket);
    socket.write(head);
    return new StreamReader(socket);
  });
  await Promise.all(readers.map((reader) => reader.until(({ text }) => text.includes("event: snapshot"))));
  return readers;
}

test("P6: 1,000 viewers all get every change in order, and one that leaves does not stop the others", async () => {
  const server = await start();
  const readers = await openMany(server, 1000);
  server.live.publish([sampleRow({ key: "one", group: "ready" })]);
  server.live.attest(sampleAttestation({ cycle: 9000 }));
  server.live.become(STALE);
  const [gone, ...others] = readers;
  gone?.socket.destroy();
  await Promise.all(others.map((reader) => reader.until(({ text }) => text.includes("event: freshness"))));
  for (const reader of others) {
    expect(reader.events().map(({ event }) => event)).toEqual([
      "snapshot",
      "snapshot",
      "attested",
      "freshness",
    ]);
  }
  expect(server.live.subscribers).toBe(1);
});
