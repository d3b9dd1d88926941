// P22, P10: what else happens must not be felt: an edit while a snapshot file is written, a request during a pull.

import { watch, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readingMs } from "../baselines.ts";
import { type Figure, median, type Untaken } from "../measure.ts";
import { openStream, type Served, whileServed } from "../served.ts";
import { type Tree, taskPath, taskText } from "../tree.ts";

/** Between edits, so that each has a publication of its own. */
const PAUSE_MS = 100;
const WRITINGS = 4;
const EDITING_MAX_MS = 45_000;
/** What a writer does before its file is there to be seen. */
const BEFORE_FILE_MS = 400;

type Span = { readonly fromMs: number; readonly toMs: number };

export function writingFigures(tree: Tree): Promise<(Figure | Untaken)[]> {
  return whileServed(tree, async (served) => {
    const { edits, writings } = await editWhileWriting(tree, served);
    const common = {
      requirement: "P22",
      name: "an edit beside the writing of a snapshot file",
      tasks: tree.paths.length,
    };
    if (writings.length < WRITINGS) {
      const seconds = EDITING_MAX_MS / 1000;
      return [{ ...common, why: `${writings.length} writings of ${WRITINGS} in ${seconds} s of edits` }];
    }
    const beside = writings.map((writing) => edits.filter((edit) => overlap(edit, writing)));
    const others = edits.filter((edit) => !writings.some((writing) => overlap(edit, writing)));
    const groupSize = Math.max(1, Math.round(median(beside.map(({ length }) => length))));
    return [
      {
        ...common,
        value: median(beside.filter(({ length }) => length > 0).map(longestMs)),
        unit: "ms",
        // The longest of as many edits that nothing disturbed.
        baseline: { name: "without", value: median(groupsOf(others, groupSize).map(longestMs)) },
        target: { atMost: 1.3 },
      },
    ];
  });
}

/** Edits one task after the other, each once the one before is published, until enough files were written. */
async function editWhileWriting(tree: Tree, served: Served): Promise<{ edits: Span[]; writings: Span[] }> {
  const stream = await openStream(served);
  const edits: Span[] = [];
  const writings: Span[] = [];
  let startedMs: number | null = null;
  const watcher = watch(join(tree.root, ".tasks/task_manager"), (_, name) => {
    const nowMs = performance.now();
    if (name?.endsWith(".tmp")) startedMs ??= nowMs;
    if (!name?.endsWith(".snapshot.json") || startedMs === null) return;
    writings.push({ fromMs: startedMs - BEFORE_FILE_MS, toMs: nowMs });
    startedMs = null;
  });
  const untilMs = performance.now() + EDITING_MAX_MS;
  try {
    while (writings.length < WRITINGS && performance.now() < untilMs) {
      await sleep(PAUSE_MS);
      const published = stream.nextPublication();
      const fromMs = performance.now();
      writeFileSync(...editOf(tree, edits.length));
      edits.push({ fromMs, toMs: await published });
    }
  } finally {
    watcher.close();
    stream.close();
  }
  return { edits, writings };
}

const PULLS = 7;
const PULLED = 200;
/** A pull is over for everyone by then. */
const PULL_MS = 1_500;

export function pullFigures(tree: Tree): Promise<Figure[]> {
  return whileServed(tree, async (served) => {
    const longest: number[] = [];
    for (let pull = 0; pull < PULLS; pull += 1) {
      const [waits] = await Promise.all([waitsOver(served, PULL_MS), pullFiles(tree, pull)]);
      longest.push(Math.max(...waits));
    }
    return [
      {
        requirement: "P10",
        name: "200 files rewritten at once, longest wait of a load",
        tasks: tree.paths.length,
        value: median(longest),
        unit: "ms",
        baseline: { name: "R(n): reading the files", value: readingMs(tree) },
        target: { atMost: 6 },
      },
    ];
  });
}

/** One load after the other; each waits for the update it asks for. */
async function waitsOver({ url }: Served, forMs: number): Promise<number[]> {
  const waits: number[] = [];
  const untilMs = performance.now() + forMs;
  while (performance.now() < untilMs) {
    const askedMs = performance.now();
    await (await fetch(`${url}/status`)).arrayBuffer();
    waits.push(performance.now() - askedMs);
  }
  return waits;
}

async function pullFiles(tree: Tree, pull: number): Promise<void> {
  const first = (pull * PULLED) % tree.paths.length;
  await Promise.all(
    Array.from({ length: PULLED }, (_, at) => writeFile(...editOf(tree, first + at, `pull ${pull}`))),
  );
}

/** The file of some task, and its text with a note that no other edit has. */
function editOf(tree: Tree, at: number, note = `edit ${at}`): [string, string] {
  const index = at % tree.paths.length;
  const text = taskText(index, "in_progress").replace("Read the code", `Read the code (${note})`);
  return [join(tree.root, taskPath(index)), text];
}

function overlap(one: Span, other: Span): boolean {
  return one.fromMs < other.toMs && other.fromMs < one.toMs;
}

function longestMs(edits: readonly Span[]): number {
  return Math.max(...edits.map(({ fromMs, toMs }) => toMs - fromMs));
}

function groupsOf(edits: readonly Span[], size: number): Span[][] {
  const count = Math.floor(edits.length / size);
  return Array.from({ length: count }, (_, group) => edits.slice(group * size, (group + 1) * size));
}
