// Times the build of a snapshot after one edit, in trees whose tasks hang together. Prints { shape: ms }, medians of
// rounds in which the shapes take turns.

import { configSchema } from "../../src/config/schema.ts";
import type { FileRead, TreeIndex } from "../../src/core/contract/parsed-file.ts";
import { NOTHING_ASKED } from "../../src/core/pull-request/pull-requests-input.ts";
import { NO_RUNS } from "../../src/core/run/run-facts.ts";
import { buildSnapshot } from "../../src/core/snapshot/build.ts";
import type { BuiltSnapshot } from "../../src/core/snapshot/built-snapshot.ts";
import { diffSnapshots } from "../../src/core/snapshot/diff.ts";
import { applyReads } from "../../src/core/tree/update-index.ts";
import { median } from "../measure.ts";
import { taskPath } from "../tree.ts";

const ROUNDS = 25;
const NOW_MS = Date.UTC(2026, 2, 24, 12);
const NO_DATES = new Map<never, never>();
const { thresholds } = configSchema.parse({});
const count = Number(process.argv[2]);
const slug = (index: number) => `task-${index}`;

const SHAPES: Readonly<Record<string, (index: number) => readonly string[]>> = {
  plain: (index) => (index % 3 === 0 && index > 20 ? [slug(index - 7)] : []),
  circle: (index) => [slug((index + 1) % count)],
  hub: (index) => (index > 0 && index <= count / 2 ? [slug(0)] : []),
};

const shapes = Object.entries(SHAPES).map(([name, dependenciesOf]) => startShape(name, dependenciesOf));
for (let round = 0; round < ROUNDS; round += 1) for (const shape of shapes) shape.edit(round);
console.log(JSON.stringify(Object.fromEntries(shapes.map(({ name, samples }) => [name, median(samples)]))));

function startShape(name: string, dependenciesOf: (index: number) => readonly string[]) {
  const read = (index: number, title: string) => fileRead(index, title, dependenciesOf(index));
  const reads = Array.from({ length: count }, (_, index) => read(index, "A task"));
  let index: TreeIndex = applyReads({ index: new Map(), reads, gone: [], nowMs: NOW_MS }).index;
  let built = buildFrom(index, null);
  const samples: number[] = [];
  return {
    name,
    samples,
    /** The title of a task that many depend on, or that depends on many. */
    edit(round: number): void {
      index = applyReads({ index, reads: [read(0, `Edit ${round}`)], gone: [], nowMs: NOW_MS }).index;
      const startedMs = performance.now();
      const next = buildFrom(index, built);
      diffSnapshots(built, next, NOW_MS);
      samples.push(performance.now() - startedMs);
      built = next;
    },
  };
}

function buildFrom(index: TreeIndex, previous: BuiltSnapshot | null): BuiltSnapshot {
  return buildSnapshot({
    index,
    previous,
    repository: {
      name: "bench",
      branch: null,
      commit: null,
      default_branch: null,
      git: "none",
      notice: null,
    },
    thresholds,
    commitDatesMs: NO_DATES,
    addedDatesMs: null,
    runs: NO_RUNS,
    pullRequests: NOTHING_ASKED,
    nowMs: NOW_MS,
  });
}

function fileRead(index: number, title: string, dependencies: readonly string[]): FileRead {
  const list = dependencies.map((one) => `  - ${one}\n`).join("");
  const named = list === "" ? "" : `dependencies:\n${list}`;
  const text = `---\ntitle: ${title}\nstatus: ready\n${named}---\n\n## Problem\n\nText.\n`;
  const path = taskPath(index) as FileRead["stamp"]["path"];
  const stamp = { path, sizeBytes: text.length, mtimeMs: 0, ctimeMs: 0, inode: index };
  return { kind: "text", stamp, text, hash: text, replaced: false };
}
