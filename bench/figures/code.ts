// P27: how much code a command loads before it does anything: most of what a short process costs, and counted, not timed.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { child, root } from "../baselines.ts";
import type { Figure } from "../measure.ts";
import type { Bench } from "../suite.ts";
import type { Tree } from "../tree.ts";

const COMMANDS = ["heartbeat", "list"];

export async function codeFigures(tree: Tree, bench: Bench): Promise<Figure[]> {
  return COMMANDS.map((command) => {
    const bytes = bytesOfCode([command, "--repo", tree.root], join(bench.newFolder(), "count.json"));
    return {
      requirement: "P27",
      name: `code that tasks ${command} loads`,
      tasks: null,
      value: bytes / 1024,
      unit: "KB",
      baseline: null,
      target: { atMost: 1_000 },
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
