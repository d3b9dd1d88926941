// P6: many viewers of the live channel: when a change has reached them, and what they cost while nothing happens.

import type { ChildProcess } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { startChild } from "../baselines.ts";
import { type Figure, median } from "../measure.ts";
import { cpuSeconds } from "../processes.ts";
import { type Served, streamHeaders, whileServed } from "../served.ts";
import type { Bench } from "../suite.ts";
import { type Tree, taskPath, taskText } from "../tree.ts";

const VIEWERS = 1_000;
const CHANGES = 11;
const PAUSE_MS = 500;
/** Streams that have just been opened still cost something. */
const SETTLE_MS = 3_000;

export function viewerFigures(tree: Tree, { effort }: Bench): Promise<Figure[]> {
  return whileServed(tree, async (served) => {
    const one = await reachMs(tree, await openViewers(served, 1));
    const without = await serverPercent(served, effort.idleSeconds);
    const viewers = await openViewers(served, VIEWERS);
    await sleep(SETTLE_MS);
    const withAll = await serverPercent(served, effort.idleSeconds);
    const all = await reachMs(tree, viewers);
    const common = { requirement: "P6", tasks: tree.paths.length } as const;
    const reach = { ...common, value: all, unit: "ms" } as const;
    return [
      {
        ...reach,
        name: "file written until 1,000 viewers know, p99",
        baseline: null,
        target: { atMost: 250 },
      },
      {
        ...reach,
        name: "the same against one viewer",
        baseline: { name: "one viewer", value: one },
        target: { atMost: 2 },
      },
      {
        ...common,
        name: "idle server, 1,000 viewers against none",
        value: withAll - without,
        unit: "points of a core",
        baseline: null,
        target: { atMost: 2 },
      },
    ];
  });
}

type Viewers = {
  readonly process: ChildProcess;
  /** The next line that the process prints. */
  readonly next: () => Promise<{ readonly p99Ms?: number }>;
};

/** Resolves once all streams are open. */
async function openViewers({ url }: Served, count: number): Promise<Viewers> {
  const headers = Object.entries(await streamHeaders(url)).map(([name, value]) => `${name}: ${value}`);
  const process = startChild("viewers", url, String(count), ...headers);
  if (process.stdout === null) throw new Error("the viewers have no output");
  const lines = createInterface({ input: process.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const line = await lines.next();
    if (line.done) throw new Error("the viewers ended");
    return JSON.parse(line.value);
  };
  await next();
  return { process, next };
}

/** Milliseconds from a write until 99 of 100 viewers have heard of its publication; median of some. Ends the viewers. */
async function reachMs(tree: Tree, viewers: Viewers): Promise<number> {
  const samples: number[] = [];
  for (let change = 0; change < CHANGES; change += 1) {
    await sleep(PAUSE_MS);
    const writtenMs = performance.timeOrigin + performance.now();
    const text = taskText(change, "in_progress").replace("Read the code", `Read the code (${writtenMs})`);
    writeFileSync(join(tree.root, taskPath(change)), text);
    const { p99Ms } = await viewers.next();
    samples.push((p99Ms ?? Number.NaN) - writtenMs);
  }
  viewers.process.kill();
  return median(samples);
}

/** Of a core, by the server alone. */
async function serverPercent({ process }: Served, seconds: number): Promise<number> {
  const pids = [process.pid ?? 0];
  const before = cpuSeconds(pids);
  await sleep(seconds * 1000);
  return ((cpuSeconds(pids) - before) / seconds) * 100;
}
