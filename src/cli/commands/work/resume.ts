// `tasks resume`: starts and retries go on.

import { resumeStarts } from "../../../app/runs/requests/pause-starts.ts";
import { isoTime } from "../../../core/text/iso-time.ts";
import { actorOf } from "../../contract/actor.ts";
import type { CommandContext } from "../../contract/command.ts";
import { textFlag } from "../../contract/flag-values.ts";
import { clockTime } from "../../print/duration.ts";
import { jsonText, terminalText } from "../../print/terminal-text.ts";
import { awaitRunner } from "../../repository/await-runner.ts";
import { withStore } from "../../repository/open-runs.ts";

export async function resume(command: CommandContext): Promise<void> {
  await withStore(command, async (opened) => {
    const { store, world, flags, output } = opened;
    const wish = { by: actorOf(opened), note: textFlag(flags, "note") };
    const ended = await resumeStarts({ clock: world.clock, store }, wish);
    await awaitRunner(opened, store);
    if (flags["format"] === "json") {
      const record = ended && { by: ended.by, at: isoTime(ended.atMs), note: ended.note };
      output.result(jsonText({ pause: null, ended: record }));
    } else if (ended === null) {
      output.result("Nothing was paused.");
    } else {
      const since = clockTime(ended.atMs, world.clock.wallMs());
      output.result(terminalText(`Starts go on; ${ended.by} had paused them at ${since}.`));
    }
  });
}
