// P3: from the write of a task file to the new row in an open browser page.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startBrowser } from "../../test/support/browser.ts";
import { readingMs } from "../baselines.ts";
import { type Figure, quantile } from "../measure.ts";
import { type Served, whileServed } from "../served.ts";
import { type Tree, taskPath, taskText } from "../tree.ts";

const ROUNDS = 30;
const PAUSE_MS = 300;
const WATCHED_TASK = 2;
/** A milestone that no other task has, so that the filtered page holds the one row whatever n is. */
const WATCHED_MILESTONE = "m9-lighthouse";

export function rowFigures(tree: Tree): Promise<Figure[]> {
  return whileServed(tree, async (served) => [await rowFigure(tree, served)]);
}

async function rowFigure(tree: Tree, { url }: Served): Promise<Figure> {
  const browser = await startBrowser();
  try {
    const context = await browser.newContext();
    const page = await context.newPage();
    write(tree, "Round before");
    await sleep(PAUSE_MS);
    await page.goto(`${url}/status?milestone=${WATCHED_MILESTONE}`);
    await sleep(1_000);
    const samples: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const title = `Round ${round} is here`;
      const seen = page.evaluate(seenAt, title);
      await sleep(PAUSE_MS);
      const writtenMs = performance.timeOrigin + performance.now();
      write(tree, title);
      samples.push((await seen) - writtenMs);
    }
    return {
      requirement: "P3",
      name: "file written to row on the page, p95",
      tasks: tree.paths.length,
      value: quantile(samples, 0.95),
      unit: "ms",
      ...(tree.paths.length <= 1000
        ? { baseline: null, target: { atMost: 100 } }
        : { baseline: { name: "R(n)", value: readingMs(tree) }, target: { atMost: 1.5 } }),
    };
  } finally {
    await browser.close();
  }
}

function write(tree: Tree, title: string): void {
  const text = taskText(WATCHED_TASK, "in_progress")
    .replace(/^title: .*$/m, `title: ${title}`)
    .replace(/^milestone: .*$/m, `milestone: ${WATCHED_MILESTONE}`);
  writeFileSync(join(tree.root, taskPath(WATCHED_TASK)), text);
}

/** Runs in the page: the time, by the machine's clock, at which a text first stands on it. */
function seenAt(title: string): Promise<number> {
  return new Promise((resolve) => {
    const page = globalThis as unknown as {
      document: { body: { textContent: string } };
      MutationObserver: new (
        callback: () => void,
      ) => { observe(node: unknown, options: object): void; disconnect(): void };
    };
    const observer = new page.MutationObserver(() => {
      if (!page.document.body.textContent.includes(title)) return;
      observer.disconnect();
      resolve(performance.timeOrigin + performance.now());
    });
    observer.observe(page.document.body, { subtree: true, childList: true, characterData: true });
  });
}
