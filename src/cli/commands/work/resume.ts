import { resumeStarts } from "../../../app/runs/requests/pause-starts.ts";
import { liftKindHolds } from "../../../app/runs/start/kind-holds.ts";
import { isoTime } from "../../../core/text/iso-time.ts";
import { actorOf } from "../../contract/actor.ts";
import type { Command } from "../../contract/command.ts";
import { textFlag } from "../../contract/flag-values.ts";
import { AS, FORMAT, NOTE, REPO } from "../../contract/flags.ts";
import { printLines } from "../../contract/print-result.ts";
import { clockTime } from "../../print/duration.ts";
import { terminalText } from "../../print/terminal-text.ts";
import { awaitRunner } from "../../repository/await-runner.ts";
import { type OpenedStore, withStore } from "../../repository/open-runs.ts";

export const command: Command = {
  insideRun: "refused",
  description:
    "Ends the pause, no matter who made it, and lets kinds of workers start again whose streams were not understood.",
  flags: [REPO, AS, NOTE, FORMAT],
  examples: [{ line: "tasks resume", does: "what is queued starts" }],
  run: (context) => withStore(context, resume),
};

async function resume(opened: OpenedStore): Promise<void> {
  const { store, system, flags } = opened;
  const request = { by: actorOf(opened), note: textFlag(flags, "note") };
  const ended = await resumeStarts({ clock: system.clock, store }, request);
  const lifted = await liftKindHolds({ store });
  await awaitRunner(opened, store);
  const since = ended && clockTime(ended.atMs, system.clock.wallMs());
  const pause = ended === null ? null : `Starts resumed; ${ended.by} had paused them at ${since}.`;
  const kinds = lifted.map(({ kind }) => `Workers of kind ${terminalText(kind)} start again.`);
  const lines = [...(pause === null ? [] : [pause]), ...kinds];
  printLines(
    opened,
    {
      pause: null,
      ended: ended && { by: ended.by, at: isoTime(ended.atMs), note: ended.note },
      kinds: lifted.map(({ kind }) => kind),
    },
    lines.length === 0 ? ["Nothing was paused."] : lines,
  );
}
