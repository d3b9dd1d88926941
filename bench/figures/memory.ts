// P7: memory of server and runner together, as a day leaves it and after the heaviest load there is.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { load } from "../load.ts";
import type { Figure } from "../measure.ts";
import { proportionalMb } from "../processes.ts";
import { type Served, whileServed } from "../served.ts";
import { type Tree, taskPath, taskText } from "../tree.ts";

const EDITS = 200;
const LOOKS = 5;
const LOAD_SECONDS = 2;
/** What a burst needed is given back once it is quiet for some seconds. */
const SETTLE_SECONDS = 15;

/** Pss, so that the pages of Node itself, which both processes share, count once. */
export function memoryFigures(tree: Tree): Promise<Figure[]> {
  return whileServed(tree, async (served) => {
    await edit(tree, served);
    const afterEdits = await settled(served);
    for (const path of ["/status", "/status.json"]) await load(served.url + path, LOAD_SECONDS);
    await edit(tree, served);
    return [
      figure(tree, "Pss of server and runner, after 200 edits", afterEdits),
      figure(tree, "Pss of both, after the full load", await settled(served)),
    ];
  });
}

function figure(tree: Tree, name: string, value: number): Figure {
  const atMost = tree.paths.length <= 1_000 ? 200 : 300;
  return {
    requirement: "P7",
    name,
    tasks: tree.paths.length,
    value,
    unit: "MB",
    baseline: null,
    target: { atMost },
  };
}

async function edit(tree: Tree, { url }: Served): Promise<void> {
  for (let index = 0; index < EDITS; index += 1) {
    writeFileSync(join(tree.root, taskPath(index)), taskText(index, "in_progress"));
  }
  for (let look = 0; look < LOOKS; look += 1) {
    await (await fetch(`${url}/status`)).text();
    await (await fetch(`${url}/status.json`)).text();
  }
}

async function settled(served: Served): Promise<number> {
  await sleep(SETTLE_SECONDS * 1000);
  return proportionalMb(served.pids());
}
