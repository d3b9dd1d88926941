import { finishRun } from "../../../app/runs/worker/worker-reports.ts";
import type { Outcome } from "../../../core/contract/run.ts";
import type { Command, CommandContext, Flags } from "../../contract/command.ts";
import { accepted, usage } from "../../contract/errors.ts";
import { textFlag } from "../../contract/flag-values.ts";
import { FORMAT, flag, REPO, TASK } from "../../contract/flags.ts";
import { asJson, printResult } from "../../contract/print-result.ts";
import { runRecord } from "../../print/run-record.ts";
import { awaitRunner } from "../../repository/await-runner.ts";
import { withStore } from "../../repository/open-runs.ts";
import { findOwnRun, printKept, speaking } from "../../repository/own-run.ts";

const OUTCOMES = ["done", "blocked", "failed"] as const satisfies readonly Outcome["kind"][];

export const command: Command = {
  insideRun: "allowed",
  description:
    "The last thing a worker says. `blocked` needs a person at once, `failed` is retried, `done` is ready for review.",
  flags: [
    REPO,
    TASK,
    { usage: "--outcome <outcome>", description: "how it went", choices: OUTCOMES },
    flag("--note <text>", "what was done and how it was checked, or what is in the way"),
    FORMAT,
  ],
  examples: [{ line: 'tasks finish --outcome done --note "tests pass"', does: "ready for review" }],
  run: finish,
};

async function finish(context: CommandContext): Promise<void> {
  const said = { kind: readOutcome(context.flags), note: textFlag(context.flags, "note") ?? "" };
  await withStore(context, async (opened) => {
    const { store, output, loaded } = opened;
    const runs = await speaking(opened);
    const finished = accepted(await finishRun(runs, await findOwnRun(opened), said));
    if (finished.kind === "kept") return printKept(opened, finished);
    await awaitRunner(opened, store);
    const { run } = finished;
    printResult(opened, { run: runRecord(run, loaded) }, `${run.key}: ${said.kind}`);
    if (run.state === "running" && !asJson(opened))
      output.note("The run ends when this worker's process does.");
  });
}

function readOutcome(flags: Flags): Outcome["kind"] {
  const typed = textFlag(flags, "outcome");
  const outcome = OUTCOMES.find((kind) => kind === typed);
  if (outcome !== undefined) return outcome;
  throw usage("--outcome is missing.", `It is one of ${OUTCOMES.join(", ")}.`);
}
