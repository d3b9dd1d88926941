import { releaseRun } from "../../../app/runs/requests/stop-run.ts";
import { actorOf } from "../../contract/actor.ts";
import type { Command } from "../../contract/command.ts";
import { accepted } from "../../contract/errors.ts";
import { textFlag } from "../../contract/flag-values.ts";
import { AS, FORMAT, NOTE, REPO, TASK_ARGUMENT } from "../../contract/flags.ts";
import { printResult } from "../../contract/print-result.ts";
import { runRecord } from "../../print/run-record.ts";
import { awaitRunner } from "../../repository/await-runner.ts";
import { requireOpenRun } from "../../repository/find-task.ts";
import { type OpenedStore, withStore } from "../../repository/open-runs.ts";

export const command: Command = {
  insideRun: "recorded",
  arguments: [TASK_ARGUMENT],
  description: "Ends the claim; the task returns to where its file puts it.",
  flags: [REPO, AS, NOTE, FORMAT],
  examples: [{ line: "tasks release fix-ci", does: "someone else may take it" }],
  run: (context) => withStore(context, release),
};

async function release(opened: OpenedStore): Promise<void> {
  const { store, system, flags, argument, loaded } = opened;
  const open = await requireOpenRun(store, argument ?? "");
  const request = { by: actorOf(opened), note: textFlag(flags, "note") };
  const { run } = accepted(await releaseRun({ clock: system.clock, store }, open, request));
  await awaitRunner(opened, store);
  printResult(opened, { run: runRecord(run, loaded) }, `${run.key}: released`);
}
