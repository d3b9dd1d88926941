// P27: how much code a command loads before it does anything: most of what a short process costs, and counted, not timed.

import { execFileSync } from "node:child_process";
import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { child, processMs, root } from "../baselines.ts";
import type { Figure } from "../measure.ts";
import type { Bench } from "../suite.ts";
import type { Tree } from "../tree.ts";

/** A file that was written a moment ago is read again by each cycle. */
const SETTLED_AFTER_MS = 2_500;

/** A heartbeat may derive a snapshot and start workers. A list of unchanged tasks only reads; after an edit it derives. */
export async function codeFigures(tree: Tree, bench: Bench): Promise<Figure[]> {
  const loadedBy = (command: string) => {
    const args = [command, "--repo", tree.root];
    // On a warm index, as usual: the first of all commands reads and parses the tree.
    processMs([join(root, "bin/tasks.js"), ...args], 1);
    return bytesOfCode(args, join(bench.newFolder(), "count.json")) / 1024;
  };
  const figure = (name: string, value: number, atMost: number): Figure => ({
    requirement: "P27",
    name: `code that ${name} loads`,
    tasks: null,
    value,
    unit: "KB",
    baseline: null,
    target: { atMost },
  });
  await setTimeout(SETTLED_AFTER_MS);
  const unchanged = [loadedBy("heartbeat"), loadedBy("list")] as const;
  appendFileSync(join(tree.root, tree.paths[0] ?? ""), "\n");
  return [
    figure("tasks heartbeat", unchanged[0], 1_400),
    figure("tasks list", unchanged[1], 850),
    figure("tasks list after an edit", loadedBy("list"), 950),
  ];
}

function bytesOfCode(args: readonly string[], file: string): number {
  execFileSync(process.execPath, ["--import", child("count-code"), join(root, "bin/tasks.js"), ...args], {
    stdio: "ignore",
    env: { ...process.env, BENCH_CODE_COUNT: file },
  });
  return (JSON.parse(readFileSync(file, "utf8")) as { bytes: number }).bytes;
}
