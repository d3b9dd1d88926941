import { proposeTask } from "../../../app/runs/worker/propose-task.ts";
import { type CreateRequest, createTask } from "../../../app/tasks/create-task.ts";
import { splitNames } from "../../../core/task/task-values.ts";
import type { Command, CommandContext } from "../../contract/command.ts";
import { accepted } from "../../contract/errors.ts";
import { requiredText, textFlag } from "../../contract/flag-values.ts";
import { FORMAT, flag, REPO } from "../../contract/flags.ts";
import { editTask } from "../../repository/open-edit.ts";
import { findWorkersRun } from "../../repository/own-run.ts";

const EXAMPLE = 'tasks create fix-the-page --workstream infra --title "Fix the page"';

export const command: Command = {
  insideRun: "recorded",
  arguments: [{ name: "slug", required: true, description: "name of the file, lower case with dashes" }],
  description:
    "Writes tasks/workstreams/<workstream>/tasks/<slug>.md with the template's sections and prints its path. Owner, milestone, initiative and dependencies have to exist; nothing is ever overwritten. What a worker creates is a proposal: not started until a person accepts it, and at most 5 a run.",
  flags: [
    REPO,
    flag("--workstream <slug>", "the workstream it belongs to"),
    flag("--title <text>", "what the task is, in one line"),
    flag("--description <text>", "a sentence or two"),
    flag("--status <status>", "its status (default: not_started)"),
    flag("--priority <priority>", "p0 (first) to p3"),
    flag("--owner <name>", "a person, alias or role"),
    flag("--milestone <slug>", "a milestone"),
    flag("--initiative <slug>", "an initiative"),
    flag("--depends <names>", "tasks it depends on, separated by commas: slugs or ids"),
    FORMAT,
  ],
  examples: [
    {
      line: 'tasks create fix-the-page --workstream infra --title "Fix the page" --owner dave --status ready',
      does: "a task that can be started",
    },
  ],
  run: create,
};

async function create(context: CommandContext): Promise<void> {
  const request = readRequest(context);
  await editTask(context, "Created with", async (opened) => {
    if (context.worker === null) return await createTask(opened, request);
    return accepted(await proposeTask(opened, await findWorkersRun(opened), request));
  });
}

function readRequest({ argument, flags }: CommandContext): CreateRequest {
  return {
    slug: argument ?? "",
    workstream: requiredText(flags, "workstream", EXAMPLE),
    title: requiredText(flags, "title", EXAMPLE).trim(),
    status: textFlag(flags, "status"),
    priority: textFlag(flags, "priority"),
    description: textFlag(flags, "description"),
    milestone: textFlag(flags, "milestone"),
    initiative: textFlag(flags, "initiative"),
    owner: textFlag(flags, "owner"),
    dependencies: splitNames(textFlag(flags, "depends") ?? ""),
  };
}
