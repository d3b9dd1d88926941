import type { Command } from "../../contract/command.ts";
import { requiredText } from "../../contract/flag-values.ts";
import { AS, CODE, FORMAT, NOTE, REPO, TASK_ARGUMENT, UNTIL } from "../../contract/flags.ts";
import { withFreshRuns } from "../../repository/open-runs.ts";
import { acknowledgeAs } from "./acknowledge.ts";

export const command: Command = {
  insideRun: "refused",
  arguments: [TASK_ARGUMENT],
  description:
    "Like acknowledge, but the signals ask again at that time, no matter how often they did before.",
  flags: [REPO, AS, CODE, UNTIL, NOTE, FORMAT],
  examples: [{ line: "tasks snooze fix-ci --until 2h", does: "not now" }],
  run: async (context) => {
    requiredText(context.flags, "until", "tasks snooze fix-ci --until 16:00");
    await withFreshRuns(context, (opened) => acknowledgeAs(opened, "snoozed"));
  },
};
