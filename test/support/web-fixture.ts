// A web server for tests, with everything behind it in memory.

import type { IncomingMessage, ServerResponse } from "node:http";
import { connect } from "node:net";
import { configSchema } from "../../src/config/schema.ts";
import type { RelativePath } from "../../src/core/contract/task.ts";
import type { Log } from "../../src/ports/system/log.ts";
import type { TreeReader } from "../../src/ports/tree/tree-reader.ts";
import { createActionGuard } from "../../src/web/access/action-guard.ts";
import { ActionLog } from "../../src/web/actions/action-log.ts";
import { parseTarget, type RequestPath } from "../../src/web/addresses/request-path.ts";
import { loadAssets } from "../../src/web/assets/assets.ts";
import type { Handler } from "../../src/web/http/listener.ts";
import { WebMetrics } from "../../src/web/metrics/metrics.ts";
import type { WebContext } from "../../src/web/routes/request/web-context.ts";
import { type ServerOptions, type StartedServer, startServer } from "../../src/web/server/server.ts";
import { cookieOf, fakeUser } from "./acting-user.ts";
import { FakeLiveSnapshot } from "./fake-live-snapshot.ts";

/** Reads from a record of path and text. */
export function readerOf(files: Readonly<Record<string, string>>): TreeReader {
  return {
    read: async (path) => {
      const text = Object.hasOwn(files, path) ? files[path] : undefined;
      return text === undefined
        ? { kind: "missing" }
        : { kind: "text", path: path as RelativePath, text, hash: "hash-of-the-text" };
    },
  };
}

const CLOCK = { wallMs: () => Date.now(), monotonicMs: () => performance.now(), cpuMs: () => 0 };
const SILENT: Log = { info: () => {}, warn: () => {}, error: () => {} };

/** What routes get, over a fake snapshot. */
export function webContext(
  changes: Partial<WebContext> = {},
): WebContext & { readonly live: FakeLiveSnapshot } {
  const { user = fakeUser() } = changes;
  const cookie = cookieOf(user);
  return {
    reader: readerOf({}),
    runs: null,
    actions: null,
    user,
    actingCookie: cookie,
    guard: createActionGuard({ access: { kind: "loopback" }, canAct: false, clock: CLOCK, user, cookie }),
    actionLog: new ActionLog(CLOCK),
    config: configSchema.parse({}),
    defaultOwner: null,
    assets: loadAssets(),
    clock: CLOCK,
    log: SILENT,
    metrics: new WebMetrics(),
    ...changes,
    live: changes.live instanceof FakeLiveSnapshot ? changes.live : FakeLiveSnapshot.showing(),
  };
}

/** What a handler answers, without a server. */
export async function responseOf(
  handle: Handler<RequestPath | null>,
  path: string,
  { headers, method }: { readonly headers: Readonly<Record<string, string>>; readonly method: string },
): Promise<Response> {
  const request = { method, headers, socket: {} } as unknown as IncomingMessage;
  const answer = await handle(request, {} as ServerResponse, parseTarget(path));
  if (answer === null) throw new Error(`${path} took over the response.`);
  const body = Buffer.concat(answer.body);
  const pairs = answer.headers.flatMap((name, at) =>
    at % 2 === 0 ? [[name, answer.headers[at + 1] ?? ""] as [string, string]] : [],
  );
  return new Response(method === "HEAD" ? null : body, { status: answer.status, headers: pairs });
}

export type TestServer = StartedServer & { readonly live: FakeLiveSnapshot; readonly port: number };

/** On 127.0.0.1 and a free port; the caller closes it. */
export async function startTestServer(changes: Partial<ServerOptions> = {}): Promise<TestServer> {
  const {
    assets: _assets,
    metrics: _metrics,
    guard: _guard,
    actionLog: _actionLog,
    actingCookie: _cookie,
    ...context
  } = webContext(changes.live === undefined ? {} : { live: changes.live });
  const server = await startServer({
    ...context,
    host: "127.0.0.1",
    port: { port: 0, asked: true },
    access: { kind: "loopback" },
    ...changes,
    live: context.live,
  });
  return { ...server, live: context.live, port: server.listening.port };
}

export type RawAnswer = { readonly status: number; readonly headers: Headers; readonly body: string };

/** Sends bytes as they are and reads until the other side closes or an answer is whole; no client library tidies up. */
export function sendRaw(port: number, text: string): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    let received = "";
    const finish = () => {
      socket.destroy();
      if (received === "") reject(new Error("The server closed the connection without an answer."));
      else resolve(parseRaw(received));
    };
    socket.setEncoding("latin1");
    socket.on("data", (chunk: string) => {
      received += chunk;
      if (isWhole(received)) finish();
    });
    socket.on("end", finish);
    socket.on("error", (error) => (received === "" ? reject(error) : finish()));
    socket.write(text, "latin1");
  });
}

/** A GET with further header lines. */
export function getRaw(port: number, path: string, headers: readonly string[] = []): Promise<RawAnswer> {
  return sendRaw(port, `${[`GET ${path} HTTP/1.1`, "Host: localhost", ...headers].join("\r\n")}\r\n\r\n`);
}

function isWhole(received: string): boolean {
  const end = received.indexOf("\r\n\r\n");
  if (end === -1) return false;
  // Answers without a body.
  if (/^HTTP\/1\.1 (?:204|304) /.test(received)) return true;
  const length = /\r\ncontent-length: (\d+)/i.exec(received.slice(0, end))?.[1];
  return length !== undefined && received.length - end - 4 >= Number(length);
}

export function parseRaw(received: string): RawAnswer {
  const [head = "", ...rest] = received.split("\r\n\r\n");
  const [statusLine = "", ...lines] = head.split("\r\n");
  const headers = new Headers();
  for (const line of lines) {
    const colon = line.indexOf(":");
    headers.append(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  return { status: Number(statusLine.split(" ")[1]), headers, body: rest.join("\r\n\r\n") };
}
