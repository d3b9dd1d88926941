import type { Command } from "../../contract/command.ts";
import { AS, FORMAT, REPO, TASK_ARGUMENT } from "../../contract/flags.ts";
import { decide } from "./decide.ts";

export const command: Command = {
  insideRun: "refused",
  arguments: [TASK_ARGUMENT],
  description:
    "Writes accepted_by: the task is planned like any other, and its status says when it may be started. To accept and release it for work at once, set its status: `tasks update <task> status=ready`.",
  flags: [REPO, AS, FORMAT],
  examples: [{ line: "tasks accept pin-node", does: "it no longer needs you" }],
  run: (context) => decide(context, "accepted"),
};
