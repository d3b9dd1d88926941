import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import { type Exchange, exchange } from "./exchange.ts";

const LIMITS = { timeoutMs: 10_000, bodyBytesMax: 1000 };
const TOKEN = "ghp_0123456789abcdefghij0123456789abcdef";

type Heard = { readonly method: string; readonly url: string; readonly authorization: string | undefined };

/** A server, and what it was asked. */
async function serve(answer: RequestListener): Promise<{ readonly origin: string; readonly heard: Heard[] }> {
  const heard: Heard[] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const { method = "", url = "", headers } = request;
    heard.push({ method, url, authorization: headers.authorization });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, heard };
}

function ask(
  url: string,
  {
    method = "GET",
    signal = new AbortController().signal,
    limits = LIMITS,
  }: {
    readonly method?: "GET" | "POST";
    readonly signal?: AbortSignal;
    readonly limits?: typeof LIMITS;
  } = {},
): Promise<Exchange> {
  const headers = { authorization: `Bearer ${TOKEN}` };
  return exchange({ method, url, headers, signal, ...(method === "POST" ? { body: "{}" } : {}) }, limits);
}

test("an answer of any status, with its headers and its text", async () => {
  const { origin } = await serve((_, response) =>
    response.writeHead(418, { "x-kind": "tea" }).end("short and stout"),
  );
  const result = await ask(`${origin}/pot`);
  expect(result).toMatchObject({
    kind: "answered",
    requests: 1,
    answer: { status: 418, text: "short and stout" },
  });
  expect(result.kind === "answered" && result.answer.headers.get("x-kind")).toBe("tea");
});

test("follows a move within the same place", async () => {
  const { origin, heard } = await serve(({ url }, response) => {
    if (url === "/new") response.end("here");
    else response.writeHead(301, { location: "/new" }).end("gone");
  });
  expect(await ask(`${origin}/old`)).toMatchObject({
    kind: "answered",
    requests: 2,
    answer: { text: "here" },
  });
  expect(heard.map(({ authorization }) => authorization)).toEqual([`Bearer ${TOKEN}`, `Bearer ${TOKEN}`]);
});

test.each<[status: number, method: "GET" | "POST", followed: boolean]>([
  [301, "GET", true],
  [302, "GET", true],
  [307, "GET", true],
  [308, "GET", true],
  [307, "POST", true],
  [308, "POST", true],
  [301, "POST", false],
  [302, "POST", false],
  [303, "POST", false],
  [304, "GET", false],
])("%i after %s: followed %s", async (status, method, followed) => {
  const { origin, heard } = await serve(({ url }, response) => {
    if (url === "/new") response.end("{}");
    else response.writeHead(status, { location: "/new" }).end();
  });
  await ask(`${origin}/old`, { method });
  expect(heard.map((one) => one.method)).toEqual(followed ? [method, method] : [method]);
});

test.each([
  "http://127.0.0.1:1/",
  "https://evil.example/",
  "//evil.example/x",
  "http://dave:x@127.0.0.1/",
  "ftp://x/",
  "http://[",
])("S20: a redirect to another place is not followed, so that no token goes there: %s", async (location) => {
  const { origin } = await serve((_, response) => response.writeHead(302, { location }).end());
  expect(await ask(`${origin}/old`)).toEqual({
    kind: "failed",
    requests: 1,
    failure: {
      reason: "malformed",
      message: "GitHub redirected the request to another host, where the token is not sent",
      remedy: "Check github.base_url, and whether a proxy requires a login",
      notBeforeMs: null,
    },
  });
});

test("S20: another server on this machine is another place", async () => {
  const other = await serve((_, response) => response.end("thanks"));
  const { origin } = await serve((_, response) =>
    response.writeHead(307, { location: `${other.origin}/` }).end(),
  );
  expect((await ask(origin)).kind).toBe("failed");
  expect(other.heard).toEqual([]);
});

test("a circle of redirects ends", async () => {
  const { origin, heard } = await serve((_, response) =>
    response.writeHead(301, { location: "/again" }).end(),
  );
  expect(await ask(origin)).toMatchObject({
    kind: "failed",
    failure: { message: "GitHub redirected the request too often" },
  });
  expect(heard).toHaveLength(4);
});

test.each<[what: string, body: Buffer, encoding: string]>([
  ["plain", Buffer.alloc(1001, "x"), "identity"],
  ["packed", gzipSync(Buffer.alloc(1_000_000, "x")), "gzip"],
])("a body over the limit is not read to its end: %s", async (_, body, encoding) => {
  const { origin } = await serve((__, response) =>
    response.writeHead(200, { "content-encoding": encoding }).end(body),
  );
  expect(await ask(origin)).toMatchObject({
    kind: "failed",
    failure: { reason: "malformed", message: "GitHub's answer was too large" },
  });
});

test("a body up to the limit is", async () => {
  const { origin } = await serve((_, response) => response.end("ü".repeat(500)));
  expect(await ask(origin)).toMatchObject({ kind: "answered", answer: { text: "ü".repeat(500) } });
});

test("the limit of time is for the whole body", async () => {
  const { origin } = await serve((_, response) => {
    response.writeHead(200);
    const timer = setInterval(() => response.write("x"), 5);
    response.once("close", () => clearInterval(timer));
  });
  expect(await ask(origin, { limits: { timeoutMs: 200, bodyBytesMax: 1e9 } })).toMatchObject({
    kind: "failed",
    failure: { reason: "timeout", message: "GitHub did not answer in time" },
  });
});

test("an aborted request is answered at once", async () => {
  const { origin } = await serve(() => undefined);
  const controller = new AbortController();
  const asked = ask(origin, { signal: controller.signal });
  controller.abort();
  expect(await asked).toMatchObject({
    kind: "failed",
    failure: { reason: "timeout", message: "The request to GitHub was cancelled" },
  });
  expect(await ask(origin, { signal: AbortSignal.abort() })).toMatchObject({ kind: "failed" });
});

test("a server that is not there, and one that hangs up", async () => {
  const { origin } = await serve((_, response) => response.destroy());
  expect(await ask(origin)).toMatchObject({ kind: "failed", failure: { reason: "unreachable" } });
  expect(await ask("http://127.0.0.1:1/")).toMatchObject({
    kind: "failed",
    failure: { reason: "unreachable" },
  });
});
