import { handOverRun } from "../../../app/runs/requests/hand-over.ts";
import { actorOf } from "../../contract/actor.ts";
import type { Command } from "../../contract/command.ts";
import { accepted } from "../../contract/errors.ts";
import { AS, FORMAT, REPO, TASK_ARGUMENT } from "../../contract/flags.ts";
import { printResult } from "../../contract/print-result.ts";
import { awaitRunner } from "../../repository/await-runner.ts";
import { requireOpenRun } from "../../repository/find-task.ts";
import { type OpenedRuns, withRuns } from "../../repository/open-runs.ts";

export const command: Command = {
  insideRun: "refused",
  arguments: [
    TASK_ARGUMENT,
    {
      name: "worker",
      required: false,
      description: "the worker that continues; without it the first fallback of its own one that can",
    },
  ],
  description:
    "Continues a task's run with another worker: in the same worktree and on the same branch, in a new session that begins with what the first worker planned and said last. For a run that waits, or whose worker has ended; stop a working one first.",
  flags: [REPO, AS, FORMAT],
  examples: [
    { line: "tasks handover fix-ci", does: "to the fallback of its worker (workers.<name>.fallback)" },
    { line: "tasks handover fix-ci codex", does: "to this one" },
  ],
  run: (context) => withRuns(context, handOver),
};

async function handOver(opened: OpenedRuns): Promise<void> {
  const { runs, arguments: names } = opened;
  const [name = "", to = null] = names;
  const run = await requireOpenRun(runs.store, name);
  const handed = accepted(await handOverRun(runs, run, { to, by: actorOf(opened) }));
  await awaitRunner(opened, runs.store);
  printResult(
    opened,
    { task: run.key, run: handed.run.id, state: handed.run.state, from: handed.from, to: handed.to },
    `${run.key}: ${handed.to} continues what ${handed.from} began`,
  );
}
