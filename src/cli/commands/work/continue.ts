import { type Continued, continueRun as requestContinue } from "../../../app/runs/requests/message-worker.ts";
import { actorOf } from "../../contract/actor.ts";
import type { Command, CommandContext } from "../../contract/command.ts";
import { accepted } from "../../contract/errors.ts";
import { requiredText } from "../../contract/flag-values.ts";
import { AS, FORMAT, flag, REPO, TASK_ARGUMENT } from "../../contract/flags.ts";
import { asJson, printResult } from "../../contract/print-result.ts";
import { runRecord } from "../../print/run-record.ts";
import { awaitRunner } from "../../repository/await-runner.ts";
import { requireOpenRun } from "../../repository/find-task.ts";
import { withRuns } from "../../repository/open-runs.ts";

export const command: Command = {
  insideRun: ({ flags }) => (flags["interrupt"] === true ? "refused" : "recorded"),
  arguments: [TASK_ARGUMENT],
  description:
    "The message is delivered when the current turn of the worker ends, in the same worktree; --interrupt ends that turn now.",
  flags: [
    REPO,
    AS,
    flag("--prompt <text>", "the message"),
    flag("--interrupt", "end the running worker and start it again with the message"),
    FORMAT,
  ],
  examples: [
    {
      line: 'tasks continue fix-ci --prompt "use the new API" --interrupt',
      does: "now, not when it has finished",
    },
  ],
  run: continueRun,
};

async function continueRun(context: CommandContext): Promise<void> {
  const prompt = requiredText(context.flags, "prompt", 'tasks continue fix-ci --prompt "use the new API"');
  await withRuns(context, async (opened) => {
    const { runs, flags, output, argument, loaded } = opened;
    const run = await requireOpenRun(runs.store, argument ?? "");
    const request = { prompt, interrupt: flags["interrupt"] === true, by: actorOf(opened) };
    const continued = accepted(await requestContinue(runs, run, request));
    const hasRunner = await awaitRunner(opened, runs.store);
    const record = { kind: continued.kind, run: runRecord(continued.run, loaded) };
    printResult(opened, record, `${run.key}: ${DELIVERY[continued.kind]}`);
    if (!hasRunner && !asJson(opened))
      output.note("No runner is alive: `tasks serve`, `tasks run` or `tasks dispatch` starts it again.");
  });
}

const DELIVERY = {
  mid_turn: "message sent; it reaches the worker while it works",
  next_turn: "message queued for the worker's next turn; --interrupt does not wait",
  waits: "message queued until the running worker ends; --interrupt does not wait",
  interrupting: "the worker is interrupted, and continues with the message",
  next: "the message is delivered with the next start",
} as const satisfies Record<Exclude<Continued["kind"], "refused">, string>;
