// Taking a port, slow clients, and closing, over real sockets.

import { connect } from "node:net";
import { expect, test } from "vitest";
import { UserError } from "../../src/core/contract/user-error.ts";
import { FakeLiveSnapshot } from "../support/fake-live-snapshot.ts";
import { getRaw, startTestServer } from "../support/web-fixture.ts";

async function thrown(promise: Promise<unknown>): Promise<UserError> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof UserError) return error;
  throw new Error("Expected a UserError.", { cause: error });
}

test("a port that was asked for and is taken is an error", async () => {
  const first = await startTestServer();
  try {
    const error = await thrown(startTestServer({ port: { port: first.port, asked: true } }));
    expect(error.code).toBe("port_taken");
  } finally {
    await first.close();
  }
});

test("a default port that is taken yields to the next free one, and says so", async () => {
  const first = await startTestServer();
  const second = await startTestServer({ port: { port: first.port, asked: false } });
  try {
    expect(second.listening.takenPort).toBe(first.port);
    expect(second.port).toBeGreaterThan(first.port);
    expect(second.url).toBe(`http://127.0.0.1:${second.port}`);
  } finally {
    await Promise.all([first.close(), second.close()]);
  }
});

test("an address that this machine does not have is refused in words", async () => {
  const error = await thrown(startTestServer({ host: "203.0.113.7" }));
  expect(error.code).toBe("address_refused");
  expect(error.message).toContain("203.0.113.7");
});

test("H11: a client that drips its headers is dropped with 408, one that sends none too", async () => {
  const server = await startTestServer({ limits: { headersTimeoutMs: 200, requestTimeoutMs: 400 } });
  try {
    const received = await new Promise<string>((resolve) => {
      let text = "";
      const socket = connect(server.port, "127.0.0.1", () => socket.write("GET / HTTP/1.1\r\nHost: loc"));
      const drip = setInterval(() => socket.write("a"), 20);
      socket.on("data", (chunk) => {
        text += chunk;
      });
      socket.on("error", () => {});
      socket.on("close", () => {
        clearInterval(drip);
        resolve(text);
      });
    });
    expect(received).toMatch(/^HTTP\/1\.1 408 /);
    expect(received).toContain("Content-Security-Policy: ");
  } finally {
    await server.close();
  }
});

test("R17: a request in flight is answered, streams end, idle connections go, and the port is free", async () => {
  const live = FakeLiveSnapshot.showing();
  const server = await startTestServer({ live });
  const cookie = (await getRaw(server.port, "/status", ["Accept: text/html"])).headers.get("set-cookie");
  let streamed = "";
  const stream = connect(server.port, "127.0.0.1");
  const streamClosed = new Promise((resolve) => stream.on("close", resolve));
  stream.on("data", (chunk) => {
    streamed += chunk;
  });
  stream.write(
    `GET /status/events HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\nCookie: ${cookie?.split(";")[0]}\r\n\r\n`,
  );
  while (!streamed.includes("event: ")) await new Promise((resolve) => setTimeout(resolve, 5));

  let finish = () => {};
  live.onRefresh = () => new Promise((resolve) => (finish = () => resolve("refreshed")));
  const idle = connect(server.port, "127.0.0.1");
  const idleClosed = new Promise((resolve) => idle.on("close", resolve));
  await new Promise((resolve) => idle.once("connect", resolve));

  const inFlight = getRaw(server.port, "/status", ["Accept: text/html"]);
  while (live.refreshes.length === 1) await new Promise((resolve) => setTimeout(resolve, 5));
  const closed = server.close();
  setTimeout(() => finish(), 100);
  expect((await inFlight).status).toBe(200);
  await Promise.all([closed, idleClosed, streamClosed, server.close()]);
  // The last chunk of a stream that was ended, not cut off.
  expect(streamed.endsWith("0\r\n\r\n")).toBe(true);
  expect(live.subscribers).toBe(0);
  await expect(getRaw(server.port, "/livez")).rejects.toThrow();
});

test("H6: /livez answers while a refresh hangs, and asks for none", async () => {
  const live = FakeLiveSnapshot.showing();
  live.onRefresh = () => new Promise(() => {});
  const server = await startTestServer({ live });
  try {
    const hanging = getRaw(server.port, "/status").catch(() => null);
    while (live.refreshes.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await getRaw(server.port, "/livez")).status).toBe(200);
    expect((await getRaw(server.port, "/readyz")).status).toBe(200);
    expect(live.refreshes).toHaveLength(1);
    await server.close();
    await hanging;
  } finally {
    await server.close();
  }
});
