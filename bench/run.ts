// `npm run bench`: every figure as a ratio to a baseline of the same run, or against its absolute target.
// `--only P1,P5` for some; `--large` adds 100,000 tasks; `--peer` compares with Backlog.md instead; `--save` keeps the
// figures in bench/baseline.json; `--guard` fails when one of a stable few became more than twice worse than the saved.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "./baselines.ts";
import { guard } from "./guard.ts";
import { type Figure, isTaken, meetsTarget, type Untaken } from "./measure.ts";
import { printFailure, printFigure, printHeading, printProgress } from "./report.ts";
import { readSaved, type SavedFigure, saveFigures } from "./saved.ts";
import { type Bench, type Effort, GUARD, type Suite, WHOLE } from "./suite.ts";
import { LARGE, LARGE_SUITES, PEER_SUITES, SUITES } from "./suites.ts";
import { makeTree, type Tree } from "./tree.ts";

type Part = { readonly suite: Suite; readonly tasks: number };

const { values: options } = parseArgs({
  options: {
    only: { type: "string" },
    large: { type: "boolean", default: false },
    peer: { type: "boolean", default: false },
    save: { type: "boolean", default: false },
    guard: { type: "boolean", default: false },
  },
});
const only = options.only?.split(",") ?? null;
const suites = options.peer ? PEER_SUITES : options.large ? [...SUITES, ...LARGE_SUITES] : SUITES;
const scratch = mkdtempSync(join(tmpdir(), "tasks-bench-"));
// What is measured reads nothing of the user's own settings, and leaves nothing there.
process.env["TASKS_HOME"] = mkdtempSync(join(scratch, "home-"));
try {
  execFileSync(process.execPath, ["scripts/build.ts"], { cwd: root, stdio: "inherit" });
  printHeading();
  const isWell = options.guard ? await guardAll(newBench(GUARD)) : await measureAll(newBench(WHOLE));
  process.exitCode = isWell ? 0 : 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** True when every target is met. */
async function measureAll(bench: Bench): Promise<boolean> {
  const taken: (Figure | Untaken)[] = [];
  for (const part of partsOf(({ sizes }) => sizes)) taken.push(...(await takePart(part, bench)));
  if (options.save) saveFigures(taken.filter(isTaken), isReplaced);
  const met = taken.filter((one) => isTaken(one) && meetsTarget(one));
  console.log(`\n${met.length} of ${taken.length} figures meet their targets.`);
  return met.length === taken.length;
}

/** True when nothing that is guarded became worse. */
async function guardAll(bench: Bench): Promise<boolean> {
  const parts = partsOf(({ guardedSizes }) => guardedSizes);
  const failures = await guard(parts, (part) => takePart(part, bench), readSaved());
  console.log("");
  for (const failure of failures) printFailure(failure);
  if (failures.length === 0) console.log("Nothing that is guarded is more than twice worse than it was.");
  return failures.length === 0;
}

function partsOf(sizes: (suite: Suite) => readonly number[]): Part[] {
  return suites.filter(isWanted).flatMap((suite) => sizes(suite).map((tasks) => ({ suite, tasks })));
}

/** A suite that fails leaves figures that were not taken, one for each of its requirements, and the run continues. */
async function takePart({ suite, tasks }: Part, bench: Bench): Promise<readonly (Figure | Untaken)[]> {
  printProgress(`${suite.name}, ${tasks} tasks`);
  const figures = await takeSuite(suite, bench.tree(tasks), bench);
  for (const figure of figures) printFigure(figure);
  return figures;
}

async function takeSuite(
  { name, requirements, take }: Suite,
  tree: Tree,
  bench: Bench,
): Promise<readonly (Figure | Untaken)[]> {
  try {
    return await take(tree, bench);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return requirements.map((requirement) => ({ requirement, name, tasks: tree.paths.length, why }));
  }
}

function isWanted({ requirements }: Suite): boolean {
  return only === null || requirements.some((requirement) => only.includes(requirement));
}

/** What a run like this one takes under some name. */
function isReplaced({ requirement, tasks }: SavedFigure): boolean {
  if (only !== null) return only.includes(requirement) && (options.large || tasks !== LARGE);
  return options.peer === (requirement === "peer") && (options.large || tasks !== LARGE);
}

/** No suite sees what an earlier one left, so that figures do not depend on which were taken before. */
function newBench(effort: Effort): Bench {
  return {
    effort,
    newFolder: () => mkdtempSync(join(scratch, "made-")),
    tree: (tasks) => {
      const folder = join(scratch, String(tasks));
      rmSync(join(folder, ".tasks"), { recursive: true, force: true });
      return { root: folder, paths: makeTree(folder, tasks) };
    },
  };
}
