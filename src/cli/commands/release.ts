// `tasks release`: gives back what was claimed by hand.

import { releaseRun } from "../../app/runs/release.ts";
import { actorOf } from "../actor.ts";
import type { CommandContext } from "../command.ts";
import { runRecord } from "../print/run-record.ts";
import { jsonText, terminalText } from "../print/terminal-text.ts";
import { refused } from "../refused.ts";
import { requireOpenRun } from "../resolve-task.ts";
import { withStore } from "../run-world.ts";
import { awaitRunner } from "../shown-by-runner.ts";
import { textFlag } from "../text-flag.ts";

export async function release(command: CommandContext): Promise<void> {
  await withStore(command, async (opened) => {
    const { store, world, flags, output, argument, loaded } = opened;
    const run = await requireOpenRun(store, argument ?? "");
    const wish = { by: actorOf(opened), note: textFlag(flags, "note") };
    const released = await releaseRun({ clock: world.clock, store }, run, wish);
    if (released.kind === "refused") throw refused(released);
    await awaitRunner(opened, store);
    if (flags["format"] === "json")
      output.result(jsonText({ run: runRecord(released.run, loaded.config.dispatch.attempts) }));
    else output.result(terminalText(`${run.key}: released`));
  });
}
