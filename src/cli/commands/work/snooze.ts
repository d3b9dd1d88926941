// `tasks snooze`: a task's signals ask again at a time that somebody chose.

import type { CommandContext } from "../../contract/command.ts";
import { requiredText } from "../../contract/flag-values.ts";
import { withFreshRuns } from "../../repository/open-runs.ts";
import { acknowledgeAs } from "./acknowledge.ts";

export async function snooze(command: CommandContext): Promise<void> {
  requiredText(command.flags, "until", "tasks snooze fix-ci --until 16:00");
  await withFreshRuns(command, (opened) => acknowledgeAs(opened, "snoozed"));
}
