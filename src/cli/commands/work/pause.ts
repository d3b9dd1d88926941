import { pauseStarts } from "../../../app/runs/requests/pause-starts.ts";
import { isoTime } from "../../../core/text/iso-time.ts";
import { actorOf } from "../../contract/actor.ts";
import type { Command } from "../../contract/command.ts";
import { textFlag } from "../../contract/flag-values.ts";
import { AS, FORMAT, NOTE, REPO } from "../../contract/flags.ts";
import { asJson, printResult } from "../../contract/print-result.ts";
import { clockTime } from "../../print/duration.ts";
import { terminalText } from "../../print/terminal-text.ts";
import { awaitRunner } from "../../repository/await-runner.ts";
import { type OpenedStore, withStore } from "../../repository/open-runs.ts";

export const command: Command = {
  insideRun: "refused",
  description: "Nothing is started or retried, no matter who asks, until `tasks resume`. Survives restarts.",
  flags: [REPO, AS, NOTE, FORMAT],
  examples: [{ line: 'tasks pause --note "release day"', does: "with a reason on the page" }],
  run: (context) => withStore(context, pause),
};

async function pause(opened: OpenedStore): Promise<void> {
  const { store, system, flags, output } = opened;
  const request = { by: actorOf(opened), note: textFlag(flags, "note") };
  const { pause: made, before } = await pauseStarts({ clock: system.clock, store }, request);
  await awaitRunner(opened, store);
  const record = { pause: { by: made.by, at: isoTime(made.atMs), note: made.note } };
  printResult(opened, record, "Starts are paused; running workers continue. `tasks resume` ends the pause.");
  if (before !== null && !asJson(opened))
    output.note(terminalText(`${before.by} had paused them at ${clockTime(before.atMs, made.atMs)}.`));
}
