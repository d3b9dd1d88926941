// P5, P7, P8, P11, P12: a running `tasks serve` from dist/, asked over loopback and watched from outside.

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { child, root, startChildServer } from "../baselines.ts";
import type { Figure } from "../measure.ts";
import { type Tree, taskPath, taskText } from "../tree.ts";

const LOAD_SECONDS = 3;
const IDLE_SECONDS = 20;
/** Files written just before they were read are read once more by the next full scan, which is due within 30 s. */
const FIRST_SCAN_SECONDS = 45;
/** What a burst needed is given back once it is quiet for some seconds. */
const SETTLE_SECONDS = 12;
/** Clock ticks per second of /proc/<pid>/stat on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;
const EDITS = 200;
/** A request that follows a nudge asks for no update: P5 is measured between refreshes. */
const BETWEEN_REFRESHES = "Tasks-Nudge: 1";

export type Served = { readonly url: string; readonly process: ChildProcess };

/** Starts the built server on a free port and waits until it has a snapshot. */
export async function serve(tree: Tree): Promise<Served> {
  const server = spawn(
    process.execPath,
    [join(root, "bin/tasks.js"), "serve", "--repo", tree.root, "--port", "0"],
    {
      stdio: ["ignore", "pipe", "ignore"],
    },
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
  while ((await fetch(`${url}/readyz`)).status !== 200) await sleep(50);
  return { url, process: server };
}

export async function stop({ process: server }: Served): Promise<void> {
  const ended = new Promise((resolve) => server.once("exit", resolve));
  server.kill("SIGTERM");
  await ended;
}

export async function serverFigures(tree: Tree, served: Served): Promise<Figure[]> {
  // Memory is taken as a day leaves it, and once more after the heaviest load there is.
  return [
    await weightFigure(tree, served),
    await memoryFigure(tree, served, "resident, server and runner, after 200 edits"),
    await idleFigure(tree, served),
    ...(await throughputFigures(tree, served)),
    await latencyFigure(tree, served),
    await memoryFigure(tree, served, "resident, the same after the full load"),
  ];
}

/** The bare server answers as many bytes, heads included: ours carry the security headers and the state. */
async function throughputFigures(tree: Tree, { url }: Served): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const path of ["/status", "/status.json"]) {
    const answer = await fetch(url + path);
    const bytes = (await answer.arrayBuffer()).byteLength;
    const headBytes = [...answer.headers].reduce(
      (sum, [name, value]) => sum + name.length + value.length + 4,
      0,
    );
    const tag = answer.headers.get("etag") ?? "";
    figures.push(
      await throughputFigure(tree, `${path}, unchanged`, {
        url: url + path,
        bytes,
        headers: [BETWEEN_REFRESHES],
      }),
      await throughputFigure(tree, `${path}, 304`, {
        url: url + path,
        bytes: headBytes,
        headers: [BETWEEN_REFRESHES, `If-None-Match: ${tag}`],
      }),
    );
  }
  return figures;
}

async function throughputFigure(
  tree: Tree,
  name: string,
  {
    url,
    bytes,
    headers,
  }: { readonly url: string; readonly bytes: number; readonly headers: readonly string[] },
): Promise<Figure> {
  const bare = await startChildServer("bare-server", String(bytes));
  const { perSecond: baseline } = await load(`http://127.0.0.1:${bare.port}/`, headers);
  bare.process.kill();
  return {
    requirement: "P5",
    name,
    tasks: tree.paths.length,
    value: (await load(url, headers)).perSecond,
    unit: "requests/s",
    baseline: { name: "bare node:http", value: baseline },
    target: { atLeast: 0.5 },
  };
}

/** What a reader waits for while every load asks for an update. */
async function latencyFigure(tree: Tree, { url }: Served): Promise<Figure> {
  return {
    requirement: "R16",
    name: "/status p95, every load asks for an update",
    tasks: tree.paths.length,
    value: (await load(`${url}/status`, [])).p95Ms,
    unit: "ms",
    baseline: { name: "R(n)", value: tree.readingMs },
    target: { atMost: 1 },
  };
}

/** The load runs in a process of its own. */
function load(url: string, headers: readonly string[]): Promise<{ perSecond: number; p95Ms: number }> {
  const client = spawn(process.execPath, [child("load"), url, String(LOAD_SECONDS), ...headers], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  return new Promise((resolve, reject) => {
    let printed = "";
    client.stdout.on("data", (chunk: Buffer) => {
      printed += chunk.toString();
    });
    client.once("exit", (code) =>
      code === 0 ? resolve(JSON.parse(printed)) : reject(new Error(`the load ended with ${code}`)),
    );
  });
}

async function weightFigure(tree: Tree, { url }: Served): Promise<Figure> {
  const html = Buffer.from(await (await fetch(`${url}/status`)).arrayBuffer());
  return {
    requirement: "P8",
    name: "/status, gzip",
    tasks: tree.paths.length,
    value: gzipSync(html).length / 1024,
    unit: "KB",
    baseline: null,
    target: { atMost: 30 },
  };
}

/** All scripts of the page together. */
export async function scriptFigure({ url }: Served): Promise<Figure> {
  const html = await (await fetch(`${url}/status`)).text();
  const scripts = [...html.matchAll(/<script[^>]+src="([^"]+)"/g)].map((match) => match[1] ?? "");
  const bodies = await Promise.all(
    scripts.map(async (path) => (await fetch(new URL(path, url))).arrayBuffer()),
  );
  const kilobytes = bodies.reduce((sum, body) => sum + gzipSync(Buffer.from(body)).length, 0) / 1024;
  return {
    requirement: "P8",
    name: "all scripts, gzip",
    tasks: null,
    value: kilobytes,
    unit: "KB",
    baseline: null,
    target: { atMost: 12 },
  };
}

/** Resident memory of server and runner together, after pages, JSON and edits. */
async function memoryFigure(tree: Tree, served: Served, name: string): Promise<Figure> {
  for (let index = 0; index < EDITS; index += 1) {
    writeFileSync(join(tree.root, taskPath(index)), taskText(index, "in_progress"));
  }
  for (let round = 0; round < 5; round += 1) {
    await (await fetch(`${served.url}/status`)).text();
    await (await fetch(`${served.url}/status.json`)).text();
  }
  await sleep(SETTLE_SECONDS * 1000);
  const megabytes = processesOf(served).reduce((sum, pid) => sum + residentMb(pid), 0);
  return {
    requirement: "P7",
    name,
    tasks: tree.paths.length,
    value: megabytes,
    unit: "MB",
    baseline: null,
    target: { atMost: tree.paths.length <= 1000 ? 200 : 300 },
  };
}

async function idleFigure(tree: Tree, served: Served): Promise<Figure> {
  await sleep(FIRST_SCAN_SECONDS * 1000);
  const before = cpuSeconds(served);
  await sleep(IDLE_SECONDS * 1000);
  return {
    requirement: "P12",
    name: "idle, server and runner",
    tasks: tree.paths.length,
    value: ((cpuSeconds(served) - before) / IDLE_SECONDS) * 100,
    unit: "% of a core",
    baseline: null,
    target: { atMost: 1 },
  };
}

function processesOf({ process: server }: Served): number[] {
  const children = execFileSync("ps", ["-o", "pid=", "--ppid", String(server.pid)], { encoding: "utf8" });
  return [server.pid ?? 0, ...children.split("\n").map(Number).filter(Boolean)];
}

function residentMb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1024;
}

function cpuSeconds(served: Served): number {
  return processesOf(served).reduce((sum, pid) => {
    // Everything after the command's name, which may hold spaces: fields 3 and on; 14 and 15 are user and system time.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
    return sum + (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  }, 0);
}
