import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createMemoryTaskWriter } from "../../../../test/memory/memory-task-writer.ts";
import { TIMER_CLOCK, taskPath, taskText } from "../../../../test/support/app-world.ts";
import { createRunsTestWorld, startWorkerOf } from "../../../../test/support/runs-world.ts";
import type { RunId } from "../../../core/contract/run.ts";
import { UserError } from "../../../core/contract/user-error.ts";
import { loadView } from "../../server/load-view.ts";
import type { CreateRequest } from "../../tasks/create-task.ts";
import { claimTask } from "./claim-task.ts";
import type { OwnRun } from "./own-run.ts";
import { proposeTask } from "./propose-task.ts";

beforeEach(() => void vi.useFakeTimers({ now: Date.parse("2026-03-24T12:00:00.000Z") }));
afterEach(() => void vi.useRealTimers());

const NOTHING = {
  status: null,
  priority: null,
  description: null,
  milestone: null,
  initiative: null,
  owner: null,
};

function found(slug: string, changes: Partial<CreateRequest> = {}): CreateRequest {
  return { ...NOTHING, slug, workstream: "infra", title: `Found ${slug}`, dependencies: [], ...changes };
}

async function setUp() {
  const texts = { [taskPath("a")]: taskText(), [taskPath("b")]: taskText() };
  const world = createRunsTestWorld({ clock: TIMER_CLOCK, texts });
  const rows = await world.refresh();
  const { id, epoch } = await startWorkerOf(world, "a");
  const { store } = world.runs;
  const snapshot = (await loadView(store, null))?.snapshot ?? expect.fail("there is no snapshot");
  const context = { store, snapshot, writer: createMemoryTaskWriter(world.tree) };
  const own: OwnRun = { id, epoch };
  const propose = (request: CreateRequest, as = own) => proposeTask(context, as, request);
  const proposals = async () => (await store.readRun(id))?.proposals;
  return { world, rows, context, own, propose, proposals };
}

test("K54: a proposal is filed as not started, with the task it comes from, and needs a person until it is accepted", async () => {
  const { world, propose } = await setUp();
  expect(await propose(found("pin-node"))).toEqual({
    kind: "proposed",
    task: "pin-node",
    file: taskPath("pin-node"),
    changed: ["title", "status", "discovered_from"],
    from: "a",
    left: 4,
  });
  expect((await world.refresh()).get("pin-node")).toMatchObject({
    status: "not_started",
    group: "needs_attention",
    base_group: "planned",
    signals: [{ code: "task_proposed", tier: 2, sentence: "Proposed by the worker of a: accept or drop it" }],
  });
});

test("K54: of calls at the same moment exactly five are filed", async () => {
  const { propose, proposals, world } = await setUp();
  const all = await Promise.all(Array.from({ length: 9 }, (_, at) => propose(found(`found-${at}`))));
  expect(all.filter(({ kind }) => kind === "proposed")).toHaveLength(5);
  expect(all.find(({ kind }) => kind === "refused")).toMatchObject({
    message: expect.stringContaining("it has proposed 5 tasks, the most that a run may"),
  });
  expect(await proposals()).toBe(5);
  expect([...(await world.refresh()).keys()].filter((key) => key.startsWith("found-"))).toHaveLength(5);
});

test("K54: what is refused, or cannot be written, is not counted", async () => {
  const { propose, proposals, context } = await setUp();
  await expect(propose(found("b"))).rejects.toMatchObject({ code: "edit_refused" });
  await expect(propose(found("Not A Slug"))).rejects.toMatchObject({ code: "usage" });
  await expect(propose(found("c", { owner: "unknown", workstream: "nowhere" }))).rejects.toThrow(UserError);
  expect(await propose(found("c", { status: "ready" }))).toMatchObject({ kind: "refused" });
  vi.spyOn(context.writer, "create").mockResolvedValueOnce({ kind: "failed", detail: "ENOSPC", cause: null });
  await expect(propose(found("c"))).rejects.toMatchObject({ code: "file_not_written" });
  expect(await proposals()).toBe(0);
});

test("K52: a superseded worker and a run that is gone propose nothing", async () => {
  const { propose, own, context } = await setUp();
  const create = vi.spyOn(context.writer, "create");
  expect(await propose(found("c"), { ...own, epoch: 9 })).toMatchObject({
    kind: "refused",
    message: expect.stringContaining("superseded"),
  });
  expect(await propose(found("c"), { id: "none" as RunId, epoch: 1 })).toMatchObject({ kind: "refused" });
  expect(create).not.toHaveBeenCalled();
});

test("K57: a proposal that someone claims, or that is queued, is accepted by that", async () => {
  const { world, propose } = await setUp();
  await propose(found("pin-node"));
  const row = (await world.refresh()).get("pin-node") ?? expect.fail("it is not listed");
  await claimTask(world.runs, row, { by: "mia", note: null, worktree: null });
  expect((await world.refresh()).get("pin-node")).toMatchObject({ group: "active", signals: [] });
});
