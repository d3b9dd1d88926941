// `tasks resume`: starts and retries go on.

import { resumeStarts } from "../../app/runs/pause-starts.ts";
import { isoTime } from "../../core/iso-time.ts";
import { actorOf } from "../actor.ts";
import type { CommandContext } from "../command.ts";
import { clockTime } from "../print/duration.ts";
import { jsonText, terminalText } from "../print/terminal-text.ts";
import { withStore } from "../run-world.ts";
import { awaitRunner } from "../shown-by-runner.ts";
import { textFlag } from "../text-flag.ts";

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
