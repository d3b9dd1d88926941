import { expect, test } from "vitest";
import { createMemoryClock } from "../../../../test/memory/memory-clock.ts";
import { taskPath, taskText } from "../../../../test/support/app-world.ts";
import { createRunsTestWorld } from "../../../../test/support/runs-world.ts";
import { configSchema } from "../../../config/schema.ts";
import { rehearseStart } from "./preflight.ts";

const NEVER = new AbortController().signal;

/** What doctor says about the set-up of a task's worktree, by name. */
async function setUpChecks(copy: string[]): Promise<Readonly<Record<string, string | null>>> {
  const worktree = { ...configSchema.parse({}).worktree, copy, before_remove: ["stop-database"] };
  const { runs } = createRunsTestWorld({
    clock: createMemoryClock(),
    texts: { [taskPath("a")]: taskText() },
    config: { worktree },
  });
  const checks = await rehearseStart(runs, { slug: "a", key: "a", worker: null }, NEVER);
  const asked = checks.filter(({ name }) => name.startsWith("worktree."));
  return Object.fromEntries(
    asked.map(({ name, found, refusal }) => [`${name}: ${found}`, refusal?.message ?? null]),
  );
}

test("K46: doctor says what can be copied and which hooks are there, and why not", async () => {
  expect(await setUpChecks([".env", "app/.env"])).toEqual({
    "worktree.copy: .env and app/.env": null,
    "worktree.before_remove: stop-database found": null,
  });
  expect(await setUpChecks(["../.env"])).toMatchObject({
    "worktree.copy: cannot be copied": expect.stringContaining('worktree.copy names "../.env"'),
  });
  expect(await setUpChecks([])).toEqual({ "worktree.before_remove: stop-database found": null });
});
