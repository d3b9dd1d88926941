// `tasks answer`: what a worker asked is answered.

import { answerQuestion } from "../../app/runs/answer.ts";
import { isLive } from "../../core/run/run.ts";
import { actorOf } from "../actor.ts";
import type { CommandContext } from "../command.ts";
import { runRecord } from "../print/run-record.ts";
import { jsonText, terminalText } from "../print/terminal-text.ts";
import { refused } from "../refused.ts";
import { requireOpenRun } from "../resolve-task.ts";
import { withStore } from "../run-world.ts";
import { awaitRunner } from "../shown-by-runner.ts";

export async function answer(command: CommandContext): Promise<void> {
  await withStore(command, async (opened) => {
    const { store, world, flags, output, loaded } = opened;
    const [task = "", text = ""] = opened.arguments;
    const run = await requireOpenRun(store, task);
    const answered = await answerQuestion({ clock: world.clock, store }, run, { text, by: actorOf(opened) });
    if (answered.kind === "refused") throw refused(answered);
    const hasRunner = await awaitRunner(opened, store);
    if (flags["format"] === "json") {
      output.result(jsonText({ run: runRecord(answered.run, loaded.config.dispatch.attempts) }));
      return;
    }
    const live = isLive(answered.run);
    output.result(
      terminalText(`${run.key}: answered; ${live ? "its worker is told" : "it is continued with that"}`),
    );
    if (!live && !hasRunner)
      output.note("No runner is alive: `tasks serve`, `tasks run` or `tasks dispatch` continues it.");
  });
}
