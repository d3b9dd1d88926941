// `tasks kickoff`: tasks are to be worked on; with `--now` also started from here.

import { type Kickoff, kickoff as kickOff } from "../../../app/runs/requests/kickoff.ts";
import { startQueued } from "../../../app/runs/start/dispatch-tasks.ts";
import { UserError } from "../../../core/contract/user-error.ts";
import { listed } from "../../../core/text/listed.ts";
import { actorOf } from "../../contract/actor.ts";
import type { CommandContext } from "../../contract/command.ts";
import { textFlag } from "../../contract/flag-values.ts";
import { refusedTogether } from "../../contract/refused.ts";
import { withProgress } from "../../print/progress.ts";
import { runRecord } from "../../print/run-record.ts";
import { describeStart, startLine } from "../../print/run-starts.ts";
import { jsonText, terminalText } from "../../print/terminal-text.ts";
import { awaitRunner } from "../../repository/await-runner.ts";
import { type FreshRuns, type OpenedRuns, withFreshRuns } from "../../repository/open-runs.ts";
import { resolveTask } from "../../repository/resolve-task.ts";
import { requireTrust } from "../../repository/trust.ts";

type Started = Awaited<ReturnType<typeof startQueued>>;

/** Queues each; what is refused is said when the others are done. */
export async function kickoff(command: CommandContext): Promise<void> {
  await requireTrust(command);
  await withFreshRuns(command, async (opened) => {
    const { runs, flags } = opened;
    const rows = [];
    for (const asked of command.arguments) rows.push(await resolveTask(runs.store, asked));
    const wish = { by: actorOf(opened), note: textFlag(flags, "note") };
    const answers = await kickOff(
      runs,
      rows.map(({ key }) => key),
      wish,
    );
    const queued = answers.flatMap((answer) => (answer.kind === "queued" ? [answer.run] : []));
    const started = flags["now"] === true ? await startNow(opened, queued) : [];
    const hasRunner = await awaitRunner(opened, runs.store);
    print(opened, answers, { started, hasRunner });
    const failure = refusedTogether(answers.filter((answer) => answer.kind === "refused"));
    if (failure !== null) throw failure;
    throwIfNotStarted(started);
  });
}

async function startNow({ runs, output, signal }: OpenedRuns, queued: Parameters<typeof startQueued>[1]) {
  return await withProgress(output, "Starting workers", () => startQueued(runs, queued, signal));
}

type Outcome = { readonly started: Started; readonly hasRunner: boolean };

function print(opened: FreshRuns, answers: readonly Kickoff[], { started, hasRunner }: Outcome): void {
  const { output, flags, loaded } = opened;
  const startedByKey = new Map(started.map((one) => [one.key, one]));
  if (flags["format"] === "json") {
    const tasks = answers.map((answer) => {
      const start = startedByKey.get(answer.key);
      const said = start === undefined ? {} : { start: start.kind, start_detail: describeStart(start) };
      return answer.kind === "queued"
        ? {
            task: answer.key,
            kind: "queued",
            run: runRecord(answer.run, loaded.config.dispatch.attempts),
            ...said,
          }
        : { task: answer.key, kind: "refused", message: answer.message, hint: answer.hint };
    });
    output.result(jsonText({ runner: hasRunner ? "alive" : "none", tasks }));
    return;
  }
  const queued = answers.filter(({ kind }) => kind === "queued");
  for (const { key } of queued) {
    const start = startedByKey.get(key);
    output.result(
      start === undefined ? terminalText(`${key}: queued${heldBy(opened, key)}`) : startLine(start),
    );
  }
  if (queued.length > 0 && !hasRunner && flags["now"] !== true) output.note(NO_RUNNER);
}

/** What keeps it from starting when a runner is there, so that nobody waits for what will not come. */
function heldBy({ snapshot }: FreshRuns, key: string): string {
  const row = snapshot.tasks.find((task) => task.key === key);
  const open = (row?.dependencies ?? []).filter(({ state }) => state !== "finished");
  if (open.length > 0) return `, and waits for ${listed(open.map((one) => one.key ?? one.reference))}`;
  const { pause } = snapshot.dispatch;
  return pause === null ? "" : `; starts are paused by ${pause.by}`;
}

const NO_RUNNER =
  "No runner is alive, so nothing starts by itself: `tasks serve` or `tasks run` starts what is queued, and so does --now or `tasks dispatch`.";

function throwIfNotStarted(started: Started): void {
  const failed = started.filter(({ kind }) => kind !== "started");
  if (failed.length === 0) return;
  throw new UserError({
    code: "run_not_started",
    message: terminalText(`${failed.length} of ${started.length} could not be started.`),
    hint: "What is queued is started when it is possible; what failed is tried again. `tasks runs` shows how they stand.",
  });
}
