import { expect, test } from "vitest";
import { createMemoryStore } from "../../../../test/memory/memory-store.ts";
import { TIMER_CLOCK } from "../../../../test/support/app-world.ts";
import { sampleRun } from "../../../../test/support/run-samples.ts";
import { raiseRunBudget } from "./raise-budget.ts";

test("N44: a raise is stored with who did it, and is refused for a closed run", async () => {
  const store = createMemoryStore();
  const run = sampleRun();
  const act = { by: "dave", atMs: 1 };
  const kickoff = { kind: "acted", action: "kickoff", key: "a", title: "A", owner: null } as const;
  await store.insertRun({ run, action: { ...kickoff, ...act, note: null, group: null } });
  const context = { clock: TIMER_CLOCK, store, workers: { nudge: () => {} } as never };
  const raised = await raiseRunBudget(context, run, { by: "eve" });
  expect(raised).toMatchObject({ kind: "changed", run: { budget: { raises: 1 } } });
  const again = await raiseRunBudget(context, run, { by: "eve" });
  expect(again).toMatchObject({ run: { budget: { raises: 2 } } });
  const [action] = await store.readTransitions({ limit: 1 });
  expect(action).toMatchObject({ action: "continue", by: "eve", note: "with a raised budget" });
  const gone = await raiseRunBudget(context, sampleRun({ id: "other" as typeof run.id }), { by: "eve" });
  expect(gone.kind).toBe("refused");
});
