// A worker whose agent says more than anyone can read, through the whole program.

import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { rounds } from "../support/rounds.ts";
import { eventually } from "../support/served-tree.ts";
import { createSupervisedTree } from "./supervised-tree.ts";

const MEGABYTES = rounds({ short: 8, full: 100 });
/** A minute on a slow machine, with 100 MB. */
const WAIT_MS = rounds({ short: 50_000, full: 300_000 });
/** Of output, and of events. */
const KEPT_MB = 1;

test("K22: megabytes of events are all counted, the newest are kept, and no file outgrows its limit", async () => {
  const settings = { LOUD_MB: String(MEGABYTES), TASKS_WORKER_LOG_MAX_MB: String(KEPT_MB) };
  const tree = await createSupervisedTree({ slugs: ["loud"], settings });
  expect(await tree.tasks("kickoff", "loud", "--now")).toMatchObject({ code: 0 });
  const { id, attempts } = await eventually(
    () => tree.run("loud"),
    ({ state }) => state === "exited",
    WAIT_MS,
  );
  const { stdout } = await tree.tasks("logs", "loud", "--json");
  const last = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "") as { readonly text: string };
  const count = Number(/^That was (\d+)\.$/.exec(last.text)?.[1]);
  expect(count).toBeGreaterThan(MEGABYTES * 1_000);
  expect(attempts[0]?.use).toMatchObject({ events: count + 1, unparsed: 0 });
  const folder = join(tree.stateFolder, "runs", id);
  const sizes = readdirSync(folder).map((name) => [name, statSync(join(folder, name)).size] as const);
  expect(sizes.map(([name]) => name)).toEqual(
    expect.arrayContaining(["activity.json", "events", "events.1", "log", "log.1"]),
  );
  for (const [name, size] of sizes) expect(size, name).toBeLessThanOrEqual((KEPT_MB * 1024 * 1024) / 2);
});
