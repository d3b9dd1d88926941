import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { TIMER_CLOCK, taskPath, taskText } from "../../../test/support/app-world.ts";
import { createRunsTestWorld } from "../../../test/support/runs-world.ts";
import { kickoff } from "../../app/runs/requests/kickoff.ts";
import { requireOpenRun, resolveKey, resolveTask } from "./find-task.ts";

beforeEach(() => void vi.useFakeTimers({ now: Date.parse("2026-03-24T12:00:00.000Z") }));
afterEach(() => void vi.useRealTimers());

async function setUp() {
  const texts = {
    [taskPath("fix-ci")]: taskText({ id: "M1-INFRA-001" }),
    [taskPath("twice", "x")]: taskText(),
    [taskPath("twice", "y")]: taskText(),
  };
  const world = createRunsTestWorld({ clock: TIMER_CLOCK, texts });
  await world.refresh();
  return world;
}

test.each([
  ["fix-ci", "fix-ci"],
  ["M1-INFRA-001", "fix-ci"],
  ["m1-infra-001", "fix-ci"],
  ["x/twice", "x/twice"],
])("%s is %s", async (asked, key) => {
  const { runs } = await setUp();
  expect((await resolveTask(runs.store, asked)).key).toBe(key);
});

test("a slug used twice and a misspelling name the candidates", async () => {
  const { runs } = await setUp();
  await expect(resolveTask(runs.store, "twice")).rejects.toMatchObject({ code: "task_ambiguous" });
  await expect(resolveTask(runs.store, "fix-cy")).rejects.toMatchObject({
    code: "task_unknown",
    hint: expect.stringContaining("fix-ci"),
  });
});

test("a run is found by its task also when the task's file is gone", async () => {
  const world = await setUp();
  await kickoff(world.runs, ["fix-ci"], { by: "dave", note: null });
  world.tree.remove(taskPath("fix-ci"));
  await world.refresh();
  expect(await resolveKey(world.runs.store, "fix-ci")).toBe("fix-ci");
  expect(await requireOpenRun(world.runs.store, "fix-ci")).toMatchObject({ state: "queued" });
});

test("without an open run the error says what to do", async () => {
  const { runs } = await setUp();
  await expect(requireOpenRun(runs.store, "fix-ci")).rejects.toMatchObject({
    code: "run_refused",
    message: "No one is working on fix-ci, and it is not queued.",
    hint: expect.stringContaining("tasks kickoff fix-ci"),
  });
});
