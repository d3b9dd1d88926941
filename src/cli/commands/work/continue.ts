// `tasks continue`: tells a task's worker more, without ever starting a second one beside it.

import { type Continued, continueRun as goOn } from "../../../app/runs/requests/continue-run.ts";
import { actorOf } from "../../contract/actor.ts";
import type { CommandContext } from "../../contract/command.ts";
import { requiredText } from "../../contract/flag-values.ts";
import { refused } from "../../contract/refused.ts";
import { runRecord } from "../../print/run-record.ts";
import { jsonText, terminalText } from "../../print/terminal-text.ts";
import { awaitRunner } from "../../repository/await-runner.ts";
import { withRuns } from "../../repository/open-runs.ts";
import { requireOpenRun } from "../../repository/resolve-task.ts";

export async function continueRun(command: CommandContext): Promise<void> {
  const prompt = requiredText(command.flags, "prompt", 'tasks continue fix-ci --prompt "use the new API"');
  await withRuns(command, async (opened) => {
    const { runs, flags, output, argument, loaded } = opened;
    const run = await requireOpenRun(runs.store, argument ?? "");
    const wish = { prompt, interrupt: flags["interrupt"] === true, by: actorOf(opened) };
    const continued = await goOn(runs, run, wish);
    if (continued.kind === "refused") throw refused(continued);
    const hasRunner = await awaitRunner(opened, runs.store);
    if (flags["format"] === "json") {
      const record = runRecord(continued.run, loaded.config.dispatch.attempts);
      output.result(jsonText({ kind: continued.kind, run: record }));
      return;
    }
    output.result(terminalText(`${run.key}: ${SAID[continued.kind]}`));
    if (!hasRunner)
      output.note("No runner is alive: `tasks serve`, `tasks run` or `tasks dispatch` starts it again.");
  });
}

const SAID = {
  waits: "told when the worker at work has ended; --interrupt does not wait for that",
  interrupting: "its worker is interrupted, and started again with this",
  next: "told with its next start",
} as const satisfies Record<Exclude<Continued["kind"], "refused">, string>;
