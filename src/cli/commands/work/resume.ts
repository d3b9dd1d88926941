import { resumeStarts } from "../../../app/runs/requests/pause-starts.ts";
import { isoTime } from "../../../core/text/iso-time.ts";
import { actorOf } from "../../contract/actor.ts";
import type { Command } from "../../contract/command.ts";
import { textFlag } from "../../contract/flag-values.ts";
import { AS, FORMAT, NOTE, REPO } from "../../contract/flags.ts";
import { printResult } from "../../contract/print-result.ts";
import { clockTime } from "../../print/duration.ts";
import { awaitRunner } from "../../repository/await-runner.ts";
import { type OpenedStore, withStore } from "../../repository/open-runs.ts";

export const command: Command = {
  insideRun: "refused",
  description: "Ends the pause, no matter who made it.",
  flags: [REPO, AS, NOTE, FORMAT],
  examples: [{ line: "tasks resume", does: "what is queued starts" }],
  run: (context) => withStore(context, resume),
};

async function resume(opened: OpenedStore): Promise<void> {
  const { store, system, flags } = opened;
  const request = { by: actorOf(opened), note: textFlag(flags, "note") };
  const ended = await resumeStarts({ clock: system.clock, store }, request);
  await awaitRunner(opened, store);
  const since = ended && clockTime(ended.atMs, system.clock.wallMs());
  printResult(
    opened,
    { pause: null, ended: ended && { by: ended.by, at: isoTime(ended.atMs), note: ended.note } },
    ended === null ? "Nothing was paused." : `Starts resumed; ${ended.by} had paused them at ${since}.`,
  );
}
