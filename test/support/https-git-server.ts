// A remote that is spoken to by HTTPS and wants a password: git's own server behind `node:https`, on this machine only.

import { spawn } from "node:child_process";
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { basename, dirname } from "node:path";
import { onTestFinished } from "vitest";
import { GIT_TEST_ENVIRONMENT, type TestRepository } from "./git-repository.ts";
import { createSelfSigned } from "./self-signed-certificate.ts";

export const USER = "rita";
export const PASSWORD = "hunter2hunter2";

export type HttpsRemote = {
  readonly url: string;
  /** Requests that came with the password, and those that came without, with their method and path. */
  readonly allowed: string[];
  readonly refused: string[];
};

/** The repository has to be bare. With `stalls` it never answers. */
export async function serveByHttps(
  remote: TestRepository,
  { stalls = false }: { readonly stalls?: boolean } = {},
): Promise<HttpsRemote> {
  const allowed: string[] = [];
  const refused: string[] = [];
  const { key, certificate } = createSelfSigned(Date.now());
  const server = createServer({ key, cert: certificate }, (request, response) => {
    const isKnown = request.headers.authorization === basic(USER, PASSWORD);
    (isKnown ? allowed : refused).push(`${request.method} ${request.url}`);
    if (stalls) return;
    if (isKnown) return answerByGit(remote, request, response);
    response.writeHead(401, { "www-authenticate": 'Basic realm="forge"' }).end("no\n");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `https://localhost:${port}/${basename(remote.root)}`, allowed, refused };
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}

/** By CGI: header lines, an empty line, the body. */
function answerByGit(remote: TestRepository, request: IncomingMessage, response: ServerResponse): void {
  const { pathname, search } = new URL(request.url ?? "/", "https://localhost");
  const git = spawn("git", ["http-backend"], {
    env: {
      ...GIT_TEST_ENVIRONMENT,
      GIT_PROJECT_ROOT: dirname(remote.root),
      GIT_HTTP_EXPORT_ALL: "1",
      REMOTE_USER: USER,
      PATH_INFO: pathname,
      QUERY_STRING: search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers["content-type"] ?? "",
      HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
      GIT_PROTOCOL: String(request.headers["git-protocol"] ?? ""),
    },
    stdio: ["pipe", "pipe", "inherit"],
  });
  request.pipe(git.stdin);
  const chunks: Buffer[] = [];
  git.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  git.on("close", () => {
    const whole = Buffer.concat(chunks);
    const end = whole.indexOf("\r\n\r\n");
    const lines = whole.subarray(0, end).toString().split("\r\n");
    const headers = lines.map((line) => line.split(/: (.*)/s).slice(0, 2) as [string, string]);
    const status = headers.find(([name]) => name === "Status")?.[1] ?? "200";
    response.writeHead(Number.parseInt(status, 10), Object.fromEntries(headers)).end(whole.subarray(end + 4));
  });
}
