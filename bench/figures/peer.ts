// The same work done by Backlog.md, as whole processes on as many tasks: list, show, edit until a list shows it, memory.

import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { root } from "../baselines.ts";
import { type Figure, median, type Untaken } from "../measure.ts";
import { installPeer, makePeerProject, type Peer, writePeerTask } from "../peer.ts";
import { peakResidentMb } from "../processes.ts";
import { whileServed } from "../served.ts";
import type { Bench } from "../suite.ts";
import { type Tree, taskPath, taskText } from "../tree.ts";

const ROUNDS = 3;
/** What takes longer is left out, and said to be. */
const TOO_LONG_MS = 60_000;
/** How often the peak of a process is looked up while it runs. */
const LOOK_MS = 4;
const EDITED = 7;

/** One process: what it printed, how long it took, and the most memory it held. */
type Ran = { readonly printed: string; readonly ms: number; readonly peakMb: number };
type Side = {
  readonly list: () => Promise<Ran>;
  /** A list that has the titles. */
  readonly listTitles: () => Promise<Ran>;
  readonly show: () => Promise<Ran>;
  readonly edit: (title: string) => void;
};

/** Ours with `tasks serve` running, as it is used. */
export function peerFigures(tree: Tree, bench: Bench): Promise<(Figure | Untaken)[]> {
  const theirs = peerSide(installPeer(), bench.newFolder(), tree.paths.length);
  return whileServed(tree, async () => {
    const ours = ourSide(tree);
    return [
      await figureOf(tree, "ms", "list all tasks", async (side) => (await side.list()).ms, { ours, theirs }),
      await figureOf(tree, "ms", "show one task", async (side) => (await side.show()).ms, { ours, theirs }),
      await figureOf(tree, "ms", "an edit until a list shows it", editMs, { ours, theirs }),
      await figureOf(tree, "MB", "peak memory of a list", async (side) => (await side.list()).peakMb, {
        ours,
        theirs,
      }),
    ];
  });
}

async function figureOf(
  tree: Tree,
  unit: "ms" | "MB",
  name: string,
  measure: (side: Side) => Promise<number>,
  { ours, theirs }: { readonly ours: Side; readonly theirs: Side },
): Promise<Figure | Untaken> {
  const common = { requirement: "peer", name, tasks: tree.paths.length };
  try {
    const value = await medianOf(() => measure(ours));
    const baseline = { name: "Backlog.md", value: await medianOf(() => measure(theirs)) };
    return { ...common, value, unit, baseline, target: { atMost: 1 } };
  } catch (error) {
    return { ...common, why: error instanceof Error ? error.message : String(error) };
  }
}

async function medianOf(measure: () => Promise<number>): Promise<number> {
  const samples: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) samples.push(await measure());
  return median(samples);
}

function ourSide(tree: Tree): Side {
  const tasks = (...words: readonly string[]) =>
    run(process.execPath, [join(root, "bin/tasks.js"), ...words], tree.root);
  const list = ["list", "--limit", String(tree.paths.length)];
  return {
    list: () => tasks(...list),
    listTitles: () => tasks(...list, "--format", "json"),
    show: () => tasks("show", `task-${EDITED}`),
    edit: (title) => {
      const text = taskText(EDITED, "in_progress").replace(/^title: .*$/m, `title: ${title}`);
      writeFileSync(join(tree.root, taskPath(EDITED)), text);
    },
  };
}

function peerSide(peer: Peer, folder: string, tasks: number): Side {
  makePeerProject(peer, folder, tasks);
  const backlog = (...words: readonly string[]) => run(peer.program, [...words, "--plain"], folder);
  return {
    list: () => backlog("task", "list"),
    listTitles: () => backlog("task", "list"),
    show: () => backlog("task", String(EDITED + 1)),
    edit: (title) => writePeerTask(folder, EDITED, title),
  };
}

let edits = 0;

/** From the write until a list that was started after it has ended and shows it. */
async function editMs({ listTitles, edit }: Side): Promise<number> {
  edits += 1;
  const title = `Edited ${edits} times`;
  const startedMs = performance.now();
  edit(title);
  while (!(await listTitles()).printed.includes(title)) {
    if (performance.now() - startedMs > TOO_LONG_MS) throw tooLong();
  }
  return performance.now() - startedMs;
}

async function run(program: string, args: readonly string[], cwd: string): Promise<Ran> {
  const startedMs = performance.now();
  const process = spawn(program, args, { cwd, stdio: ["ignore", "pipe", "ignore"], timeout: TOO_LONG_MS });
  const chunks: Buffer[] = [];
  process.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  let code: number | null | undefined;
  const ended = new Promise<void>((resolve) =>
    process.once("close", (exitCode) => {
      code = exitCode;
      resolve();
    }),
  );
  let peakMb = 0;
  while (code === undefined) {
    peakMb = Math.max(peakMb, peakOf(process.pid ?? 0));
    await Promise.race([ended, sleep(LOOK_MS)]);
  }
  const ms = performance.now() - startedMs;
  if (code === null) throw tooLong();
  if (code !== 0) throw new Error(`${program.split("/").at(-1)} ${args.join(" ")} ended with ${code}`);
  return { printed: Buffer.concat(chunks).toString(), ms, peakMb };
}

/** 0 for a process that has just ended. */
function peakOf(pid: number): number {
  try {
    return peakResidentMb(pid) || 0;
  } catch {
    return 0;
  }
}

function tooLong(): Error {
  return new Error(`it took more than ${TOO_LONG_MS / 1000} s`);
}
