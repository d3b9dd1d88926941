// `npm run bench`: every figure as a ratio to a baseline of the same run, or against its absolute target.
// `--only P1,P5` for some; `--large` adds 100,000 tasks; `--save` replaces bench/baseline.json.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readingMs, root } from "./baselines.ts";
import { rowFigure } from "./figures/browser.ts";
import { heartbeatFigure, showFigure } from "./figures/commands.ts";
import { cycleFigures } from "./figures/cycles.ts";
import { installFigures } from "./figures/install.ts";
import { lookUpFigures } from "./figures/look-ups.ts";
import { runFigures } from "./figures/runs.ts";
import { scriptFigure, serve, serverFigures, stop } from "./figures/server.ts";
import type { Figure } from "./measure.ts";
import { printFigure, printHeading, saveFigures } from "./report.ts";
import { makeTree, type Tree } from "./tree.ts";

const SIZES = [1_000, 10_000];
const LARGE = 100_000;

const { values: options } = parseArgs({
  options: { only: { type: "string" }, large: { type: "boolean" }, save: { type: "boolean" } },
});
const only = options.only?.split(",") ?? null;
const figures: Figure[] = [];
const scratch = mkdtempSync(join(tmpdir(), "tasks-bench-"));
try {
  execFileSync(process.execPath, ["scripts/build.ts"], { cwd: root, stdio: "inherit" });
  printHeading();
  const trees = [...SIZES, ...(options.large ? [LARGE] : [])].map(newTree);
  for (const tree of trees) await measureTree(tree);
  const [smallest, largest] = [trees[0], trees.at(-1)];
  if (wanted("P11") && smallest && largest) take(showFigure(smallest, largest));
  if (wanted("P9")) take(...lookUpFigures(scratch));
  if (wanted("P16")) take(...runFigures(scratch));
  if (wanted("P13")) take(...installFigures());
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
if (options.save) saveFigures(figures);

function newTree(tasks: number): Tree {
  const folder = join(scratch, String(tasks));
  const paths = makeTree(folder, tasks);
  return { root: folder, paths, readingMs: readingMs(folder, paths) };
}

async function measureTree(tree: Tree): Promise<void> {
  if (wanted("P1", "P2", "P10")) take(...cycleFigures(tree));
  if (wanted("P4")) take(heartbeatFigure(tree));
  if (!wanted("P3", "P5", "P7", "P8", "P12", "R16")) return;
  const served = await serve(tree);
  try {
    if (wanted("P3")) take(await rowFigure(tree, served));
    if (wanted("P5", "P7", "P8", "P12", "R16")) take(...(await serverFigures(tree, served)));
    if (wanted("P8") && tree.paths.length === SIZES[0]) take(await scriptFigure(served));
  } finally {
    await stop(served);
  }
}

function wanted(...requirements: readonly string[]): boolean {
  return only === null || requirements.some((requirement) => only.includes(requirement));
}

function take(...taken: readonly Figure[]): void {
  for (const figure of taken) printFigure(figure);
  figures.push(...taken);
}
