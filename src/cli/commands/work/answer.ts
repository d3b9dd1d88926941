import { answerQuestion } from "../../../app/runs/requests/message-worker.ts";
import { isLive } from "../../../core/contract/run.ts";
import { stoppedByAnswer } from "../../../core/run/open-question.ts";
import { actorOf } from "../../contract/actor.ts";
import type { Command } from "../../contract/command.ts";
import { accepted } from "../../contract/errors.ts";
import { AS, FORMAT, REPO, TASK_ARGUMENT } from "../../contract/flags.ts";
import { asJson, printResult } from "../../contract/print-result.ts";
import { runRecord } from "../../print/run-record.ts";
import { awaitRunner } from "../../repository/await-runner.ts";
import { requireOpenRun } from "../../repository/find-task.ts";
import { type OpenedStore, withStore } from "../../repository/open-runs.ts";

export const command: Command = {
  insideRun: "refused",
  arguments: [
    TASK_ARGUMENT,
    { name: "text", required: true, description: "the answer, or one of the choices" },
  ],
  description: "A waiting worker gets the answer at once; one that has ended is continued with it.",
  flags: [REPO, AS, FORMAT],
  examples: [{ line: 'tasks answer deploy-to-eu "eu-west-1"', does: "the worker continues" }],
  run: (context) => withStore(context, answer),
};

async function answer(opened: OpenedStore): Promise<void> {
  const { store, system, output, loaded } = opened;
  const [task = "", text = ""] = opened.arguments;
  const open = await requireOpenRun(store, task);
  const request = { text, by: actorOf(opened) };
  const workers = await system.openWorkers(opened.root);
  const { run } = accepted(await answerQuestion({ clock: system.clock, store, workers }, open, request));
  const hasRunner = await awaitRunner(opened, store);
  const live = isLive(run);
  const ended = stoppedByAnswer(run.question) === null ? "it is continued with that" : "it stays as it is";
  const what = live ? "sent to its worker" : ended;
  printResult(opened, { run: runRecord(run, loaded) }, `${run.key}: answered; ${what}`);
  if (!live && !hasRunner && !asJson(opened))
    output.note("No runner is alive: `tasks serve`, `tasks run` or `tasks dispatch` continues it.");
}
