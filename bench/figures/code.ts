// P27: how much code a command loads before it does anything: most of what a short process costs, and counted, not timed.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { child, processMs, root } from "../baselines.ts";
import type { Figure } from "../measure.ts";
import type { Bench } from "../suite.ts";
import type { Tree } from "../tree.ts";

/** With the most that each may load, in KB. A heartbeat may run a cycle and start workers; a list of unchanged tasks only reads. */
const COMMANDS = { heartbeat: 1_400, list: 850 };

export async function codeFigures(tree: Tree, bench: Bench): Promise<Figure[]> {
  return Object.entries(COMMANDS).map(([command, atMost]) => {
    const args = [command, "--repo", tree.root];
    // On a warm index, as usual: the first of all commands reads and parses the tree.
    processMs([join(root, "bin/tasks.js"), ...args], 1);
    const bytes = bytesOfCode(args, join(bench.newFolder(), "count.json"));
    return {
      requirement: "P27",
      name: `code that tasks ${command} loads`,
      tasks: null,
      value: bytes / 1024,
      unit: "KB",
      baseline: null,
      target: { atMost },
    };
  });
}

function bytesOfCode(args: readonly string[], file: string): number {
  execFileSync(process.execPath, ["--import", child("count-code"), join(root, "bin/tasks.js"), ...args], {
    stdio: "ignore",
    env: { ...process.env, BENCH_CODE_COUNT: file },
  });
  return (JSON.parse(readFileSync(file, "utf8")) as { bytes: number }).bytes;
}
