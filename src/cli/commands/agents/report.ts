// `tasks report`: a worker says how far it is, or what it waits for.

import { reportProgress as reportRun, type StatusReport } from "../../../app/runs/worker/report-progress.ts";
import { UserError } from "../../../core/contract/user-error.ts";
import { isoTime } from "../../../core/text/iso-time.ts";
import type { CommandContext, Flags } from "../../contract/command.ts";
import { textFlag } from "../../contract/flag-values.ts";
import { parseUntil } from "../../contract/parse-until.ts";
import { refused } from "../../contract/refused.ts";
import { clockTime } from "../../print/duration.ts";
import { jsonText, terminalText } from "../../print/terminal-text.ts";
import { awaitRunner } from "../../repository/await-runner.ts";
import { keeper, printKept } from "../../repository/kept-statement.ts";
import { withStore } from "../../repository/open-runs.ts";
import { findOwnRun } from "../../repository/own-run.ts";

/** For a wait without a time: most builds are over by then, and a worker that still waits can say so again. */
const DEFAULT_WAIT_MS = 60 * 60_000;

export async function report(command: CommandContext): Promise<void> {
  const said = readReport(command.flags, command.world.clock.wallMs());
  await withStore(command, async (opened) => {
    const { store, world, flags, output } = opened;
    const reported = await reportRun(
      { clock: world.clock, store, keep: keeper(opened) },
      await findOwnRun(opened),
      said,
    );
    if (reported.kind === "refused") throw refused(reported);
    if (reported.kind === "kept") return printKept(opened, reported);
    await awaitRunner(opened, store);
    const { key, id, report: progress, wait } = reported.run;
    if (flags["format"] === "json") {
      const waits = wait && { on: wait.on, until: isoTime(wait.untilMs) };
      output.result(jsonText({ task: key, run: id, progress: progress?.text ?? null, waits }));
    } else if (said.kind === "wait") {
      const until = clockTime(said.untilMs, world.clock.wallMs());
      output.result(terminalText(`${key}: waits for ${said.on} until ${until}`));
    } else {
      output.result(terminalText(`${key}: ${said.text}`));
    }
  });
}

function readReport(flags: Flags, nowMs: number): StatusReport {
  const progress = textFlag(flags, "progress");
  const on = textFlag(flags, "waiting-on");
  const until = textFlag(flags, "until");
  if (progress !== null && on === null && until === null) return { kind: "progress", text: progress };
  if (progress === null && on !== null) {
    const untilMs = until === null ? nowMs + DEFAULT_WAIT_MS : parseUntil(until, nowMs);
    return { kind: "wait", on, untilMs };
  }
  throw new UserError({
    code: "usage",
    message: "Say either --progress, or --waiting-on with perhaps --until.",
    hint: 'For example: tasks report --waiting-on "CI 8812" --until 14:20',
  });
}
