// `tasks release`: gives back what was claimed by hand.

import { releaseRun } from "../../../app/runs/requests/release-run.ts";
import { actorOf } from "../../contract/actor.ts";
import type { CommandContext } from "../../contract/command.ts";
import { textFlag } from "../../contract/flag-values.ts";
import { refused } from "../../contract/refused.ts";
import { runRecord } from "../../print/run-record.ts";
import { jsonText, terminalText } from "../../print/terminal-text.ts";
import { awaitRunner } from "../../repository/await-runner.ts";
import { withStore } from "../../repository/open-runs.ts";
import { requireOpenRun } from "../../repository/resolve-task.ts";

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
