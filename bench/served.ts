// A running `tasks serve` from dist/, asked over loopback and watched from outside.

import { type ChildProcess, spawn } from "node:child_process";
import { get, type IncomingMessage } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { root } from "./baselines.ts";
import { familyOf } from "./processes.ts";
import type { Tree } from "./tree.ts";

/** A request that follows a nudge asks for no update: what is measured with it is the answer alone. */
export const BETWEEN_REFRESHES = { name: "Tasks-Nudge", value: "1" } as const;

export type Served = {
  readonly url: string;
  readonly process: ChildProcess;
  /** Of the server and its runner. */
  readonly pids: () => readonly number[];
};

/** Starts the built server on a free port; `whenReady` resolves once it has a snapshot. */
export async function startServer(tree: Tree): Promise<Served & { readonly whenReady: Promise<void> }> {
  const server = spawn(
    process.execPath,
    [join(root, "bin/tasks.js"), "serve", "--repo", tree.root, "--port", "0"],
    { stdio: ["ignore", "pipe", "ignore"] },
  );
  const url = await new Promise<string>((resolve, reject) => {
    let printed = "";
    server.once("exit", (code) => reject(new Error(`tasks serve ended with ${code}`)));
    server.stdout.on("data", (chunk: Buffer) => {
      printed += chunk.toString();
      const found = /http:\/\/[\d.]+:\d+/.exec(printed)?.[0];
      if (found !== undefined) resolve(found);
    });
  });
  return { url, process: server, pids: () => familyOf(server.pid ?? 0), whenReady: ready(url) };
}

/** Serves the tree while `use` runs, from when there is a snapshot. */
export async function whileServed<Result>(
  tree: Tree,
  use: (served: Served) => Promise<Result>,
): Promise<Result> {
  const served = await startServer(tree);
  try {
    await served.whenReady;
    return await use(served);
  } finally {
    await stopServer(served);
  }
}

export async function stopServer({ process: server }: Served): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = new Promise((resolve) => server.once("exit", resolve));
  server.kill("SIGTERM");
  await ended;
}

export type LiveStream = {
  /** Resolves with the time (performance.now) at which the next publication is heard of. */
  readonly nextPublication: () => Promise<number>;
  readonly close: () => void;
};

/** What a page of this server has that a stream may be opened with. */
export async function streamHeaders(url: string): Promise<Record<string, string>> {
  const answer = await fetch(`${url}/status`);
  await answer.arrayBuffer();
  const cookie = (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  return { cookie, "sec-fetch-site": "same-origin" };
}

export async function openStream({ url }: Served): Promise<LiveStream> {
  const headers = await streamHeaders(url);
  const stream = await new Promise<IncomingMessage>((resolve, reject) => {
    get(`${url}/status/events`, { headers }, (response) =>
      response.statusCode === 200
        ? resolve(response)
        : reject(new Error(`the stream was refused with ${response.statusCode}`)),
    ).once("error", reject);
  });
  let next = Promise.withResolvers<number>();
  stream.setEncoding("utf8");
  stream.on("data", (text: string) => {
    if (!text.includes("event: snapshot")) return;
    next.resolve(performance.now());
    next = Promise.withResolvers<number>();
  });
  stream.on("error", () => {});
  return { nextPublication: () => next.promise, close: () => stream.destroy() };
}

/** Holds a stream as an open page does: what is published is fetched, as a request that asks for no update. */
export async function openPage(served: Served): Promise<LiveStream> {
  const stream = await openStream(served);
  const headers = { [BETWEEN_REFRESHES.name]: BETWEEN_REFRESHES.value };
  const follow = async () => {
    for (;;) {
      await stream.nextPublication();
      await (await fetch(`${served.url}/status`, { headers })).arrayBuffer();
    }
  };
  // A server that is being stopped cuts the last one off.
  follow().catch(() => {});
  return stream;
}

async function ready(url: string): Promise<void> {
  while ((await fetch(`${url}/readyz`)).status !== 200) await sleep(20);
}
