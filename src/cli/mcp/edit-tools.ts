// `create` and `update`: task files, and claims by hand.

import * as z from "zod";
import { proposeTask } from "../../app/runs/worker/propose-task.ts";
import { createTask } from "../../app/tasks/create-task.ts";
import { readAssignments, updateTask } from "../../app/tasks/update-task.ts";
import { UserError } from "../../core/contract/user-error.ts";
import { PROPOSALS_MAX } from "../../core/run/propose.ts";
import { isPersonsDecision } from "../../core/task/persons-decision.ts";
import { accepted, usage } from "../contract/errors.ts";
import { resolveTask } from "../repository/find-task.ts";
import { withEdit } from "../repository/open-edit.ts";
import { workersRun } from "./caller.ts";
import { claimNext, release, take } from "./claims.ts";
import { type ToolCall, tool } from "./tool.ts";

const name = () => z.string().max(300);
const KEYS_MAX = 20;

export const createTool = tool({
  name: "create",
  description: `Creates a task file from the template, not started. What a worker creates is a proposal that a person accepts or drops, at most ${PROPOSALS_MAX} a run.`,
  input: z.strictObject({
    slug: name().describe("new; lower case with dashes"),
    workstream: name(),
    title: name().describe("one line"),
    description: z.string().max(10_000).optional().describe("why it is needed, and what done means"),
    priority: z.string().max(10).optional().describe("p0 (first) to p3"),
    owner: name().optional(),
    milestone: name().optional(),
    initiative: name().optional(),
    depends: z.array(name()).max(50).optional().describe("tasks it depends on"),
  }),
  looks: false,
  run: async ({ caller, context }, asked) => {
    const { description = null, priority = null, owner = null, milestone = null, initiative = null } = asked;
    const { slug, workstream, title, depends = [] } = asked;
    const values = { description, priority, owner, milestone, initiative };
    const request = { slug, workstream, title: title.trim(), status: null, ...values, dependencies: depends };
    return await withEdit(context, async (opened) => {
      await workersRun(caller, opened);
      if (caller.kind !== "worker") return await createTask(opened, request);
      const { kind: _, ...proposed } = accepted(await proposeTask(opened, caller.own, request));
      return proposed;
    });
  },
});

const updateInput = z.strictObject({
  task: name().optional().describe("slug, id or workstream/slug"),
  set: z
    .record(z.string().max(100), z.string().max(10_000))
    .optional()
    .describe('front matter keys, {"status":"ready"}; "" removes a key; dependencies: a,b'),
  claim: z
    .enum(["next", "take", "release"])
    .optional()
    .describe("take: you work on it; next: on the first free ready task; release: no longer"),
  note: z.string().max(1_000).optional().describe("with claim: why"),
});

export const updateTool = tool({
  name: "update",
  description:
    "Changes keys of a task's front matter, or claims or releases it. Completing and cancelling are a person's to do.",
  input: updateInput,
  looks: false,
  run: async (call, { task, set = {}, claim, note = null }) => {
    const changes = Object.entries(set);
    if ((changes.length === 0) === (claim === undefined))
      throw usage(
        "Give either `set` or `claim`.",
        'For example: {"task": "fix-ci", "set": {"priority": "p1"}}',
      );
    if (claim === "next") return await claimNext(call);
    if (task === undefined) throw usage("Which task? `task` is missing.", "`list` gives their names.");
    if (claim === "take") return await take(call, task, note);
    if (claim === "release") return await release(call, task, note);
    return await change(call, task, changes);
  },
});

async function change(
  { caller, context }: ToolCall,
  task: string,
  changes: readonly (readonly [string, string])[],
): Promise<object> {
  if (changes.length > KEYS_MAX) throw usage(`More than ${KEYS_MAX} keys.`, "Change fewer at a time.");
  if (changes.some(isPersonsDecision)) throw PERSON_CLOSES();
  const edits = readAssignments(changes, { anyKey: false, asked: task });
  return await withEdit(context, async (opened) => {
    await workersRun(caller, opened);
    return await updateTask(opened, await resolveTask(opened.store, task), { edits, byPerson: false });
  });
}

const PERSON_CLOSES = () =>
  new UserError({
    code: "person_needed",
    message:
      "Completing or cancelling a task, or accepting a proposal, is for a person to decide. Nothing was done.",
    hint: "`finish` says how the work went: a person sees it and decides.",
  });
