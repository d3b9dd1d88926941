// `tasks pause`: no start and no retry until somebody resumes.

import { pauseStarts } from "../../../app/runs/requests/pause-starts.ts";
import { isoTime } from "../../../core/text/iso-time.ts";
import { actorOf } from "../../contract/actor.ts";
import type { CommandContext } from "../../contract/command.ts";
import { textFlag } from "../../contract/flag-values.ts";
import { clockTime } from "../../print/duration.ts";
import { jsonText, terminalText } from "../../print/terminal-text.ts";
import { awaitRunner } from "../../repository/await-runner.ts";
import { withStore } from "../../repository/open-runs.ts";

export async function pause(command: CommandContext): Promise<void> {
  await withStore(command, async (opened) => {
    const { store, world, flags, output } = opened;
    const wish = { by: actorOf(opened), note: textFlag(flags, "note") };
    const { pause: made, before } = await pauseStarts({ clock: world.clock, store }, wish);
    await awaitRunner(opened, store);
    if (flags["format"] === "json") {
      output.result(jsonText({ pause: { by: made.by, at: isoTime(made.atMs), note: made.note } }));
      return;
    }
    output.result("Starts are paused; workers at work go on. `tasks resume` ends it.");
    if (before !== null)
      output.note(terminalText(`${before.by} had paused them at ${clockTime(before.atMs, made.atMs)}.`));
  });
}
