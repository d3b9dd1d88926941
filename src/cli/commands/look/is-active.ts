// `tasks is-active`: whether somebody works on a task now, as an exit code for scripts.

import { isLive } from "../../../core/contract/run.ts";
import { UserError } from "../../../core/contract/user-error.ts";
import { describeOpenRun, hintFor } from "../../../core/run/judge-claim.ts";
import { inSentence } from "../../../core/text/listed.ts";
import type { CommandContext } from "../../contract/command.ts";
import { jsonText, terminalText } from "../../print/terminal-text.ts";
import { withStore } from "../../repository/open-runs.ts";
import { resolveKey } from "../../repository/resolve-task.ts";

/** Exits 0 while a worker or a claim is live, else 1. */
export async function isActive(command: CommandContext): Promise<void> {
  await withStore(command, async ({ store, flags, output, argument }) => {
    const key = await resolveKey(store, argument ?? "");
    const run = await store.readOpenRun(key);
    const active = run !== null && isLive(run);
    if (flags["format"] === "json")
      output.result(jsonText({ task: key, active, run: run?.id ?? null, state: run?.state ?? null }));
    else if (active) output.result(terminalText(describeOpenRun(run)));
    if (active) return;
    throw new UserError({
      code: "not_active",
      message: `${run === null ? `Nobody works on ${inSentence(key)}` : describeOpenRun(run)}.`,
      hint: run === null ? `\`tasks kickoff ${inSentence(key)}\` queues it.` : hintFor(run),
    });
  });
}
