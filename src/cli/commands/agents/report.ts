import { reportProgress as reportRun, type StatusReport } from "../../../app/runs/worker/worker-reports.ts";
import { isoTime } from "../../../core/text/iso-time.ts";
import { HOUR_MS } from "../../../core/values/durations.ts";
import type { Command, CommandContext, Flags } from "../../contract/command.ts";
import { accepted, usage } from "../../contract/errors.ts";
import { textFlag } from "../../contract/flag-values.ts";
import { FORMAT, flag, REPO, TASK, UNTIL } from "../../contract/flags.ts";
import { parseUntil } from "../../contract/parse-until.ts";
import { printResult } from "../../contract/print-result.ts";
import { clockTime } from "../../print/duration.ts";
import { awaitRunner } from "../../repository/await-runner.ts";
import { withStore } from "../../repository/open-runs.ts";
import { findOwnRun, printKept, speaking } from "../../repository/own-run.ts";

/** For a wait without a time: most builds are over by then, and a worker that still waits can say so again. */
const DEFAULT_WAIT_MS = HOUR_MS;

export const command: Command = {
  insideRun: "allowed",
  description:
    "A worker's environment says which run it is; by hand, name the task. A wait without a time lasts 60 min.",
  flags: [
    REPO,
    TASK,
    flag("--progress <text>", "what you are doing"),
    flag("--waiting-on <text>", "what you wait for"),
    UNTIL,
    FORMAT,
  ],
  examples: [
    { line: 'tasks report --progress "writing the tests"', does: "shown on the page with its age" },
    {
      line: 'tasks report --waiting-on "CI 8812" --until 14:20',
      does: "no warning about silence until then",
    },
  ],
  run: report,
};

async function report(context: CommandContext): Promise<void> {
  const { clock } = context.system;
  const said = readReport(context.flags, clock.wallMs());
  await withStore(context, async (opened) => {
    const { store } = opened;
    const runs = await speaking(opened);
    const reported = accepted(await reportRun(runs, await findOwnRun(opened), said));
    if (reported.kind === "kept") return printKept(opened, reported);
    await awaitRunner(opened, store);
    const { key, id, report: progress, wait } = reported.run;
    const waits = wait && { on: wait.on, until: isoTime(wait.untilMs) };
    printResult(
      opened,
      { task: key, run: id, progress: progress?.text ?? null, waits },
      said.kind === "wait"
        ? `${key}: waits for ${said.on} until ${clockTime(said.untilMs, clock.wallMs())}`
        : `${key}: ${said.text}`,
    );
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
  throw usage(
    "Use either --progress, or --waiting-on with an optional --until.",
    'For example: tasks report --waiting-on "CI 8812" --until 14:20',
  );
}
