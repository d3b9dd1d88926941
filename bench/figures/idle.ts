// P12: what server and runner cost while nothing happens and one page is open, beside two Node processes that only wake
// up as often.

import { setTimeout as sleep } from "node:timers/promises";
import { startChild } from "../baselines.ts";
import type { Figure } from "../measure.ts";
import { cpuSeconds, wakeUps } from "../processes.ts";
import { openPage, type Served, whileServed } from "../served.ts";
import type { Bench } from "../suite.ts";
import type { Tree } from "../tree.ts";

/**
 * Files written just before they were read are read once more by the next full scan, which is due within 30 s; V8 gives back
 * what that and the start needed by two collections, some ten seconds later. Both happen once, before a process is idle.
 */
const SETTLED_SECONDS = 50;
/** Long enough to count wake-ups that happen once in some seconds. */
const COUNT_SECONDS = 8;
/** An idle process compiles and collects garbage at its start. */
const START_SECONDS = 2;

export function idleFigures(tree: Tree, { effort }: Bench): Promise<Figure[]> {
  return whileServed(tree, async (served) => {
    const page = await openPage(served);
    await sleep((SETTLED_SECONDS - COUNT_SECONDS - START_SECONDS) * 1000);
    const idle = idleBeside(await wakeUpsPerProcess(served));
    try {
      await sleep(START_SECONDS * 1000);
      const [ours, bare] = await Promise.all([
        costOver(served.pids(), effort.idleSeconds),
        costOver(idle.pids, effort.idleSeconds),
      ]);
      return figuresOf(tree, ours, bare);
    } finally {
      idle.stop();
      page.close();
    }
  });
}

type Cost = { readonly cpuPercent: number; readonly wakeUpsPerSecond: number };

function figuresOf(tree: Tree, ours: Cost, bare: Cost): Figure[] {
  const common = { requirement: "P12", tasks: tree.paths.length } as const;
  return [
    {
      ...common,
      name: "idle with an open page, server and runner",
      value: ours.cpuPercent,
      unit: "% of a core",
      baseline: null,
      target: { atMost: 1 },
    },
    {
      ...common,
      name: "the same, beyond two Nodes that only wake up",
      value: ours.cpuPercent - bare.cpuPercent,
      unit: "points of a core",
      baseline: null,
      target: { atMost: 0.8 },
    },
    {
      ...common,
      name: "wake-ups while idle, server and runner",
      value: ours.wakeUpsPerSecond,
      unit: "wake-ups/s",
      baseline: null,
      target: { atMost: 10 },
    },
  ];
}

async function costOver(pids: readonly number[], seconds: number): Promise<Cost> {
  const before = { cpu: cpuSeconds(pids), wakeUps: wakeUps(pids), atMs: performance.now() };
  await sleep(seconds * 1000);
  const passed = (performance.now() - before.atMs) / 1000;
  return {
    cpuPercent: ((cpuSeconds(pids) - before.cpu) / passed) * 100,
    wakeUpsPerSecond: (wakeUps(pids) - before.wakeUps) / passed,
  };
}

function wakeUpsPerProcess(served: Served): Promise<number[]> {
  return Promise.all(
    served.pids().map(async (pid) => (await costOver([pid], COUNT_SECONDS)).wakeUpsPerSecond),
  );
}

/** One Node process for each rate, which does nothing but wake up that often. */
function idleBeside(rates: readonly number[]): { pids: number[]; stop: () => void } {
  const idle = rates.map((perSecond) => startChild("idle", String(perSecond)));
  return {
    pids: idle.map(({ pid }) => pid ?? 0),
    stop: () => {
      for (const one of idle) one.kill();
    },
  };
}
