// `tasks answer`: what a worker asked is answered.

import { answerQuestion } from "../../../app/runs/requests/answer-question.ts";
import { isLive } from "../../../core/contract/run.ts";
import { actorOf } from "../../contract/actor.ts";
import type { CommandContext } from "../../contract/command.ts";
import { refused } from "../../contract/refused.ts";
import { runRecord } from "../../print/run-record.ts";
import { jsonText, terminalText } from "../../print/terminal-text.ts";
import { awaitRunner } from "../../repository/await-runner.ts";
import { withStore } from "../../repository/open-runs.ts";
import { requireOpenRun } from "../../repository/resolve-task.ts";

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
