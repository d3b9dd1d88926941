// P19: 100,000 tasks: a server gets ready on an empty store and on a warm one, and what it costs then. Each figure is
// bounded in time; one that could not be taken says why, and the others follow.

import { writeFileSync } from "node:fs";
import { get } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readingMs } from "../baselines.ts";
import { type Figure, median, type Untaken } from "../measure.ts";
import { peakResidentMb, proportionalMb, residentMb } from "../processes.ts";
import { openStream, type Served, startServer, stopServer } from "../served.ts";
import { type Tree, taskPath, taskText } from "../tree.ts";
import { pageKilobytes } from "./weight.ts";

const READY_MAX_MS = 150_000;
const STEP_MAX_MS = 60_000;
/** Until memory that a start needed is given back. */
const SETTLE_MS = 20_000;
const EDITS = 9;
const READINGS = 3;

/** In R: a first reading, and taking over what a store has. */
const EMPTY_AT_MOST = 25;
const WARM_AT_MOST = 5;

/** What is measured of one server: a name, and how. */
type Step = {
  readonly name: string;
  readonly measure: () => Promise<Pick<Figure, "value" | "unit" | "target"> & { readonly isInR?: boolean }>;
};

export async function largeFigures(tree: Tree): Promise<(Figure | Untaken)[]> {
  const readMs = readingMs(tree, READINGS);
  const onEmpty = { name: "ready on an empty store", atMost: EMPTY_AT_MOST };
  const onWarm = { name: "ready on a warm store", atMost: WARM_AT_MOST };
  const empty = await takeServed(tree, readMs, onEmpty, stepsOf);
  const warm = await takeServed(tree, readMs, onWarm, () => []);
  return [...empty, ...warm];
}

/** Starts a server, times how long it takes to get ready, and takes the steps if it did. */
async function takeServed(
  tree: Tree,
  readMs: number,
  { name, atMost }: { readonly name: string; readonly atMost: number },
  steps: (tree: Tree, served: Served) => readonly Step[],
): Promise<(Figure | Untaken)[]> {
  const startedMs = performance.now();
  const served = await startServer(tree);
  const ready: Step = {
    name,
    measure: async () => {
      await served.whenReady;
      return { value: performance.now() - startedMs, unit: "ms", target: { atMost }, isInR: true };
    },
  };
  try {
    const first = await takeStep(tree, readMs, ready, READY_MAX_MS);
    const taken: (Figure | Untaken)[] = [first];
    for (const step of steps(tree, served)) {
      taken.push(
        "why" in first
          ? { ...first, name: step.name, why: "the server did not get ready" }
          : await takeStep(tree, readMs, step, STEP_MAX_MS),
      );
    }
    return taken;
  } finally {
    await stopServer(served);
  }
}

async function takeStep(tree: Tree, readMs: number, step: Step, limitMs: number): Promise<Figure | Untaken> {
  const common = { requirement: "P19", name: step.name, tasks: tree.paths.length };
  const over = new AbortController();
  try {
    const { isInR, ...measured } = await Promise.race([
      step.measure(),
      sleep(limitMs, undefined, { signal: over.signal }).then(() => {
        throw new Error(`it took more than ${limitMs / 1000} s`);
      }),
    ]);
    const baseline = isInR === true ? { name: "R(n): reading the files", value: readMs } : null;
    return { ...common, ...measured, baseline };
  } catch (error) {
    return { ...common, why: error instanceof Error ? error.message : String(error) };
  } finally {
    over.abort();
  }
}

function stepsOf(tree: Tree, served: Served): Step[] {
  const memory = (of: (pids: readonly number[]) => number) => async () =>
    ({ value: of(served.pids()), unit: "MB", target: { atMost: 600 } }) as const;
  let answer: Promise<JsonAnswer> | null = null;
  const json = () => (answer ??= askJson(served));
  return [
    {
      name: "resident, server and runner, once quiet",
      measure: async () => {
        await sleep(SETTLE_MS);
        return await memory(residentMb)();
      },
    },
    { name: "Pss of server and runner, once quiet", measure: memory(proportionalMb) },
    {
      name: "first /status.json, first byte",
      measure: async () => {
        const { firstByteMs } = await json();
        return { value: firstByteMs, unit: "ms", target: { atMost: 0.5 }, isInR: true };
      },
    },
    {
      name: "first /status.json, whole",
      measure: async () => {
        const { wholeMs } = await json();
        return { value: wholeMs, unit: "ms", target: { atMost: 4 }, isInR: true };
      },
    },
    {
      name: "first /status.json, memory the server took for it",
      measure: async () => {
        const { peakGrowthMb } = await json();
        return { value: peakGrowthMb, unit: "MB", target: { atMost: 150 } };
      },
    },
    {
      name: "/status, gzip",
      measure: async () => {
        const kilobytes = await pageKilobytes(served.url);
        return { value: kilobytes, unit: "KB", target: { atMost: 30 } };
      },
    },
    {
      name: "one file changed, until it is published",
      measure: async () => ({
        value: await editMs(tree, served),
        unit: "ms",
        target: { atMost: 0.5 },
        isInR: true,
      }),
    },
  ];
}

type JsonAnswer = {
  readonly firstByteMs: number;
  readonly wholeMs: number;
  readonly peakGrowthMb: number;
};

async function askJson({ url, process }: Served): Promise<JsonAnswer> {
  const pid = process.pid ?? 0;
  // The peak counts from here.
  writeFileSync(`/proc/${pid}/clear_refs`, "5");
  const beforeMb = residentMb([pid]);
  const askedMs = performance.now();
  const { firstMs, lastMs } = await new Promise<{ firstMs: number; lastMs: number }>((resolve, reject) => {
    let firstMs: number | null = null;
    get(`${url}/status.json`, (response) => {
      response.on("data", () => {
        firstMs ??= performance.now();
      });
      response.on("end", () => resolve({ firstMs: firstMs ?? Number.NaN, lastMs: performance.now() }));
      response.on("error", reject);
    }).once("error", reject);
  });
  return {
    firstByteMs: firstMs - askedMs,
    wholeMs: lastMs - askedMs,
    peakGrowthMb: peakResidentMb(pid) - beforeMb,
  };
}

async function editMs(tree: Tree, served: Served): Promise<number> {
  const stream = await openStream(served);
  const samples: number[] = [];
  for (let edit = 0; edit < EDITS; edit += 1) {
    const published = stream.nextPublication();
    const text = taskText(edit, "in_progress").replace("Read the code", `Read the code (edit ${edit})`);
    const writtenMs = performance.now();
    writeFileSync(join(tree.root, taskPath(edit)), text);
    samples.push((await published) - writtenMs);
    await sleep(200);
  }
  stream.close();
  return median(samples);
}
