// Connections are few, so each has to be given back: whatever a client does or leaves undone, its place
// is free again in bounded time, and a fresh request is answered (H13).

import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { FakeLiveSnapshot } from "../support/fake-live-snapshot.ts";
import { FakeWork } from "../support/fake-work.ts";
import { getRaw, startTestServer, type TestServer } from "../support/web-fixture.ts";

const PLACES = 24;
const LIMITS = {
  headersTimeoutMs: 300,
  requestTimeoutMs: 300,
  keepAliveTimeoutMs: 300,
  unreadTimeoutMs: 600,
  connections: PLACES,
};
/** Far past every limit above, also on a busy machine. */
const FREE_WITHIN_MS = 20_000;

/** Each fills the buffers of the system in both directions. */
const STREAMS = 4;
const LARGER_THAN_BUFFERS_BYTES = 24 * 1024 * 1024;

const held: Socket[] = [];
let server: TestServer;

afterEach(async () => {
  for (const socket of held.splice(0)) socket.destroy();
  await server.close();
});

/** A client that never closes on its own. It reads only where it says so: `resume` takes and forgets. */
function hold(text: string, { reads = true, half = false } = {}): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect({ port: server.port, host: "127.0.0.1", allowHalfOpen: true }, () => {
      if (text !== "") socket.write(text, "latin1");
      if (half) socket.end();
      resolve();
    });
    socket.on("error", () => {});
    if (reads) socket.resume();
    held.push(socket);
  });
}

const POST = `POST /actions/kickoff HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\n`;
const GET = (path: string, more = "") => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${more}\r\n`;

async function untilAnswered(): Promise<number> {
  const untilMs = Date.now() + FREE_WITHIN_MS;
  for (;;) {
    // With no place free the connection is closed unheard.
    const answer = await getRaw(server.port, "/livez").catch(() => null);
    if (answer !== null) return answer.status;
    if (Date.now() > untilMs) throw new Error("No place became free.");
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

describe("H13: a place is free again after a client", () => {
  const work = new FakeWork();

  test.each<[string, string?, Parameters<typeof hold>[1]?]>([
    ["that says nothing"],
    ["that stops in its headers", "GET /status HTTP/1.1\r\nHost: loc"],
    [
      "that stops in its headers and closes one direction",
      "GET /status HTTP/1.1\r\nHost: loc",
      { half: true },
    ],
    ["that sends garbage", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n"],
    ["that sends garbage and never reads", "garbage\r\n\r\n", { reads: false }],
    ["with headers too large", `GET / HTTP/1.1\r\nHost: localhost\r\nA: ${"x".repeat(40_000)}`],
    ["that stops in its body", `${POST}Content-Length: 500\r\n\r\ntoken=`],
    ["that stops in a chunk", `${POST}Transfer-Encoding: chunked\r\n\r\n40\r\ntoken=`],
    ["that waits to be asked for its body", `${POST}Expect: 100-continue\r\nContent-Length: 500\r\n\r\n`],
    ["whose body nothing reads", "PUT /status HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\nx"],
    ["that keeps its connection", GET("/livez")],
    ["that keeps one direction of it", GET("/livez"), { half: true }],
    ["that asks for an upgrade", GET("/status", "Connection: Upgrade\r\nUpgrade: websocket\r\n")],
    ["that asks for a tunnel", "CONNECT example.com:443 HTTP/1.1\r\nHost: localhost\r\n\r\n"],
    ["that traces", "TRACE / HTTP/1.1\r\nHost: localhost\r\n\r\n"],
    ["that never reads a large answer", GET("/status.json").repeat(200), { reads: false }],
  ])("%s", async (_, text = "", how = {}) => {
    server = await startTestServer({
      live: FakeLiveSnapshot.showing(),
      runs: work.runs,
      actions: work.actions,
      limits: LIMITS,
    });
    for (let count = 0; count < PLACES; count += 1) await hold(text, how);
    expect(await untilAnswered()).toBe(200);
  });

  test("that opened a stream and does not read it", async () => {
    const live = FakeLiveSnapshot.showing();
    server = await startTestServer({
      live,
      limits: { ...LIMITS, connections: STREAMS, unreadBytes: Number.MAX_SAFE_INTEGER },
    });
    const page = await getRaw(server.port, "/status", ["Accept: text/html"]);
    const cookie = page.headers.get("set-cookie")?.split(";")[0] ?? "";
    const ask = GET("/status/events", `Sec-Fetch-Site: same-origin\r\nCookie: ${cookie}\r\n`);
    for (let count = 0; count < STREAMS; count += 1) await hold(ask, { reads: false });
    const large = { ...live.freshness(), detail: "x".repeat(LARGER_THAN_BUFFERS_BYTES) };
    live.become(large);
    expect(await untilAnswered()).toBe(200);
  });
});

test("H13: a client that is refused reads why, although it keeps sending", async () => {
  server = await startTestServer({ limits: LIMITS });
  const received = await new Promise<string>((resolve) => {
    let text = "";
    let more: NodeJS.Timeout | undefined;
    const socket = connect({ port: server.port, host: "127.0.0.1", allowHalfOpen: true }, () => {
      socket.write("GET / HTTP/1.1\r\nBad header: x\r\n\r\n");
      more = setInterval(() => socket.write("more garbage\r\n"), 10);
    });
    held.push(socket);
    socket.on("data", (chunk) => {
      text += chunk;
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      clearInterval(more);
      resolve(text);
    });
  });
  expect(received).toMatch(/^HTTP\/1\.1 400 /);
  expect(received).toContain("urn:dataface-tasks:problem:malformed");
});
