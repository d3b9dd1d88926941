// `tasks finish`: a worker says how its work went.

import { finishRun } from "../../../app/runs/worker/finish-run.ts";
import type { Outcome } from "../../../core/contract/run.ts";
import { UserError } from "../../../core/contract/user-error.ts";
import type { CommandContext, Flags } from "../../contract/command.ts";
import { textFlag } from "../../contract/flag-values.ts";
import { refused } from "../../contract/refused.ts";
import { runRecord } from "../../print/run-record.ts";
import { jsonText, terminalText } from "../../print/terminal-text.ts";
import { awaitRunner } from "../../repository/await-runner.ts";
import { keeper, printKept } from "../../repository/kept-statement.ts";
import { withStore } from "../../repository/open-runs.ts";
import { findOwnRun } from "../../repository/own-run.ts";

export const OUTCOMES = ["done", "blocked", "failed"] as const satisfies readonly Outcome["kind"][];

export async function finish(command: CommandContext): Promise<void> {
  const said = { kind: readOutcome(command.flags), note: textFlag(command.flags, "note") ?? "" };
  await withStore(command, async (opened) => {
    const { store, world, flags, output, loaded } = opened;
    const finished = await finishRun(
      { clock: world.clock, store, keep: keeper(opened) },
      await findOwnRun(opened),
      said,
    );
    if (finished.kind === "refused") throw refused(finished);
    if (finished.kind === "kept") return printKept(opened, finished);
    await awaitRunner(opened, store);
    const { run } = finished;
    if (flags["format"] === "json") {
      output.result(jsonText({ run: runRecord(run, loaded.config.dispatch.attempts) }));
      return;
    }
    output.result(terminalText(`${run.key}: ${said.kind}`));
    if (run.state === "running") output.note("The run ends when this worker's process does.");
  });
}

function readOutcome(flags: Flags): Outcome["kind"] {
  const typed = textFlag(flags, "outcome");
  const outcome = OUTCOMES.find((kind) => kind === typed);
  if (outcome !== undefined) return outcome;
  throw new UserError({
    code: "usage",
    message: "--outcome is missing.",
    hint: `It is one of ${OUTCOMES.join(", ")}.`,
  });
}
