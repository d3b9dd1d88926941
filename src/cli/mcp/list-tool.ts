// `list`: what there is, and the next free task.

import * as z from "zod";
import { nextTask } from "../../app/runs/worker/claim-task.ts";
import { GROUPS } from "../../core/contract/snapshot.ts";
import { chooseOwner, requestedOwner } from "../repository/choose-owner.ts";
import { openRepository } from "../repository/open-repository.ts";
import { readTasks, withRunner } from "../repository/open-runner.ts";
import { withFreshRuns } from "../repository/open-runs.ts";
import { CURSOR_LENGTH_MAX } from "./cursor.ts";
import { listPage, NOTHING_READY, taskLine } from "./list-page.ts";
import { type ToolCall, tool } from "./tool.ts";

const LIMIT_DEFAULT = 20;
/** A page then stays under what agents take without cutting it. */
const LIMIT_MAX = 50;

const input = z.strictObject({
  group: z.enum(GROUPS).optional(),
  owner: z.string().max(200).optional().describe("a person, alias or role, or everyone"),
  next: z.boolean().optional().describe("only the first ready task that no one works on"),
  limit: z.number().int().min(1).max(LIMIT_MAX).optional(),
  cursor: z.string().max(CURSOR_LENGTH_MAX).optional().describe("next_cursor of the page before"),
});
type Input = z.infer<typeof input>;

export const listTool = tool({
  name: "list",
  description: "Tasks by group, in the order of the status page, each with why it is in its group.",
  input,
  looks: true,
  run: (call, asked) => (asked.next === true ? next(call, asked) : list(call, asked)),
});

async function list({ context }: ToolCall, asked: Input): Promise<object> {
  const opened = await openRepository(withOwner(context, asked));
  const { snapshot: everyones, freshness } = await withRunner(opened, (runner) => readTasks(opened, runner));
  const snapshot = chooseOwner(everyones, requestedOwner(opened.loaded));
  const { group = null, limit = LIMIT_DEFAULT, cursor = null } = asked;
  const page = listPage(snapshot, { group, limit, cursor });
  return { ...page, ...(freshness.stale && { stale: freshness.detail ?? freshness.state }) };
}

async function next({ context }: ToolCall, asked: Input): Promise<object> {
  return await withFreshRuns(withOwner(context, asked), async (opened) => {
    const { runs, snapshot, loaded } = opened;
    const { tasks: rows } = chooseOwner(snapshot, requestedOwner(loaded));
    const { stopped } = snapshot.dispatch;
    const found = await nextTask(runs, { rows, stopped, claimFor: null, worktree: null });
    return found === null ? NOTHING_READY : { ...taskLine(found.row), file: found.row.file };
  });
}

function withOwner(context: ToolCall["context"], { owner }: Input): ToolCall["context"] {
  return owner === undefined ? context : { ...context, flags: { ...context.flags, owner } };
}
