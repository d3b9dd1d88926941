import type { Command } from "../../contract/command.ts";
import { AS, FORMAT, REPO, TASK_ARGUMENT } from "../../contract/flags.ts";
import { decide } from "./decide.ts";

export const command: Command = {
  insideRun: "refused",
  arguments: [TASK_ARGUMENT],
  description:
    "Sets its status to cancelled. The file stays, so that the next worker finds it and does not propose it again.",
  flags: [REPO, AS, FORMAT],
  examples: [{ line: "tasks drop pin-node", does: "it no longer needs you" }],
  run: (context) => decide(context, "dropped"),
};
