// `npm run bench`: every figure as a ratio to a baseline of the same run, or against its absolute target.
// `--only P1,P5` for some; `--large` adds 100,000 tasks; `--save` replaces bench/baseline.json.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "./baselines.ts";
import type { Figure, Untaken } from "./measure.ts";
import { isTaken, meetsTarget } from "./measure.ts";
import { printFigure, printHeading, printProgress, saveFigures } from "./report.ts";
import { type Bench, type Effort, type Suite, WHOLE } from "./suite.ts";
import { SUITES } from "./suites.ts";
import { makeTree, type Tree } from "./tree.ts";

const { values: options } = parseArgs({
  options: {
    only: { type: "string" },
    save: { type: "boolean", default: false },
  },
});
const only = options.only?.split(",") ?? null;
const scratch = mkdtempSync(join(tmpdir(), "tasks-bench-"));
try {
  execFileSync(process.execPath, ["scripts/build.ts"], { cwd: root, stdio: "inherit" });
  await measureAll(newBench(WHOLE));
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

async function measureAll(bench: Bench): Promise<void> {
  const taken: (Figure | Untaken)[] = [];
  printHeading();
  for (const suite of SUITES.filter(isWanted)) {
    for (const tasks of suite.sizes) {
      printProgress(`${suite.name}, ${tasks} tasks`);
      const figures = await takeSuite(suite, bench.tree(tasks), bench);
      for (const figure of figures) printFigure(figure);
      taken.push(...figures);
    }
  }
  const missed = taken.filter((one) => !isTaken(one) || !meetsTarget(one));
  console.log(`\n${taken.length - missed.length} of ${taken.length} figures meet their targets.`);
  if (options.save) saveFigures(taken.filter(isTaken));
}

/** A suite that fails leaves one figure that was not taken, and the others go on. */
async function takeSuite(suite: Suite, tree: Tree, bench: Bench): Promise<readonly (Figure | Untaken)[]> {
  try {
    return await suite.take(tree, bench);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return suite.requirements.map((requirement) => ({
      requirement,
      name: suite.name,
      tasks: tree.paths.length,
      why,
    }));
  }
}

function isWanted({ requirements }: Suite): boolean {
  return only === null || requirements.some((requirement) => only.includes(requirement));
}

function newBench(effort: Effort): Bench {
  const trees = new Map<number, Tree>();
  return {
    effort,
    newFolder: () => mkdtempSync(join(scratch, "made-")),
    tree: (tasks) => {
      const folder = join(scratch, String(tasks));
      const tree = trees.get(tasks) ?? { root: folder, paths: makeTree(folder, tasks) };
      trees.set(tasks, tree);
      return tree;
    },
  };
}
