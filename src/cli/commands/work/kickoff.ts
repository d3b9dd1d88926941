import { type Kickoff, kickoff as kickOff } from "../../../app/runs/requests/kickoff.ts";
import { type NamedStart, startQueued } from "../../../app/runs/start/dispatch-tasks.ts";
import { UserError } from "../../../core/contract/user-error.ts";
import { generalHoldsFor, holdReason } from "../../../core/dispatch/general-holds-for.ts";
import { pauseBefore } from "../../../core/dispatch/pauses-in-plan.ts";
import { listed } from "../../../core/text/listed.ts";
import { actorOf } from "../../contract/actor.ts";
import type { Command, CommandContext } from "../../contract/command.ts";
import { refusedTogether } from "../../contract/errors.ts";
import { textFlag } from "../../contract/flag-values.ts";
import { AS, FORMAT, flag, NOTE, REPO, TASK_ARGUMENT } from "../../contract/flags.ts";
import { asJson, printLines } from "../../contract/print-result.ts";
import { withProgress } from "../../print/progress.ts";
import { runRecord } from "../../print/run-record.ts";
import { describeStart, startLine } from "../../print/run-starts.ts";
import { terminalText } from "../../print/terminal-text.ts";
import { awaitRunner } from "../../repository/await-runner.ts";
import { resolveTask } from "../../repository/find-task.ts";
import { type FreshRuns, withFreshRuns } from "../../repository/open-runs.ts";
import { requireTrust } from "../../repository/trust.ts";

export const command: Command = {
  insideRun: "recorded",
  arguments: [{ ...TASK_ARGUMENT, variadic: true }],
  description:
    "Queues each task after checking what a start needs; the task's file stays as it is. A live runner starts it when its turn comes, --now starts it from here.",
  flags: [
    REPO,
    AS,
    NOTE,
    flag(
      "--worker <name>",
      "the worker to use, an entry of `workers:`; without it the task's or the default one",
    ),
    flag(
      "--now",
      "start the workers from this process, and return when they are running; hours, reviews and what is kept for people do not hold them, the day's budget does",
    ),
    FORMAT,
  ],
  examples: [
    { line: "tasks kickoff add-strict-owner-validation", does: "queue one task" },
    { line: "tasks kickoff fix-ci --worker careful", does: "let a named worker do it" },
    { line: "tasks kickoff fix-ci fix-docs --now", does: "start two workers, even without a live runner" },
  ],
  run: kickoff,
};

type Started = readonly NamedStart[];

/** Queues each; what is refused is said when the others are done. */
async function kickoff(context: CommandContext): Promise<void> {
  await requireTrust(context);
  await withFreshRuns(context, async (opened) => {
    const { runs, flags, output, signal, snapshot } = opened;
    const keys: string[] = [];
    for (const asked of opened.arguments) keys.push((await resolveTask(runs.store, asked)).key);
    const worker = textFlag(flags, "worker");
    const answers = await kickOff(runs, keys, { by: actorOf(opened), note: textFlag(flags, "note"), worker });
    const queued = answers.flatMap((answer) => (answer.kind === "queued" ? [answer.run] : []));
    const started =
      flags["now"] === true
        ? await withProgress(output, "Starting workers", () =>
            startQueued(runs, queued, { rows: snapshot.tasks, dispatch: snapshot.dispatch, signal }),
          )
        : [];
    const hasRunner = await awaitRunner(opened, runs.store);
    print(opened, answers, { started, hasRunner });
    const failure = refusedTogether(answers.filter((answer) => answer.kind === "refused"));
    if (failure !== null) throw failure;
    throwIfNotStarted(started);
  });
}

type Outcome = { readonly started: Started; readonly hasRunner: boolean };

function print(opened: FreshRuns, answers: readonly Kickoff[], { started, hasRunner }: Outcome): void {
  const { output, flags, loaded } = opened;
  const startOf = new Map(started.map((one) => [one.key, one]));
  const tasks = answers.map((answer) => {
    const { key } = answer;
    const start = startOf.get(key);
    if (answer.kind === "refused")
      return { task: key, kind: "refused", message: answer.message, hint: answer.hint };
    return {
      task: key,
      kind: "queued",
      run: runRecord(answer.run, loaded),
      ...(start && { start: start.kind, start_detail: describeStart(start), ...passedRecord(start) }),
    };
  });
  const queued = answers.filter(({ kind }) => kind === "queued");
  const lines = queued.map(({ key }) => {
    const start = startOf.get(key);
    return start === undefined
      ? terminalText(`${key}: queued${heldBy(opened, key)}`)
      : `${startLine(start)}${passedWords(start)}`;
  });
  printLines(opened, { runner: hasRunner ? "alive" : "none", tasks }, lines);
  if (queued.length > 0 && !hasRunner && flags["now"] !== true && !asJson(opened)) output.note(NO_RUNNER);
}

/** Hours, reviews and the like do not hold what a person starts by name; they read that it was so. */
function passedWords({ passed }: NamedStart): string {
  return passed.length === 0 ? "" : terminalText(` (passed: ${passed.map(holdReason).join("; ")})`);
}

function passedRecord({ passed }: NamedStart) {
  return passed.length === 0 ? {} : { passed: passed.map(({ code, sentence }) => ({ code, sentence })) };
}

/** What keeps it from starting although a runner is alive. */
function heldBy({ snapshot, flags }: FreshRuns, key: string): string {
  const row = snapshot.tasks.find((task) => task.key === key);
  const open = (row?.dependencies ?? []).filter(({ state }) => state !== "finished");
  if (open.length > 0) return `, and waits for ${listed(open.map((one) => one.key ?? one.reference))}`;
  const { pause } = snapshot.dispatch;
  if (pause !== null) return `; starts are paused by ${pause.by}`;
  const waits = row && pauseBefore(row, textFlag(flags, "worker"), snapshot.dispatch);
  if (waits) return `, and waits: ${waits.sentence}; \`tasks limits\` says until when and ends it`;
  const worker = textFlag(flags, "worker") ?? row?.worker ?? snapshot.dispatch.default_worker ?? "";
  const [hold] = generalHoldsFor({ worker, isNew: true, raises: 0 }, snapshot.dispatch);
  return hold === undefined ? "" : `, and waits: ${holdReason(hold)}`;
}

const NO_RUNNER =
  "No runner is alive, so nothing starts automatically: `tasks serve` or `tasks run` starts what is queued, and so does --now or `tasks dispatch`.";

function throwIfNotStarted(started: Started): void {
  const failed = started.filter(({ kind }) => kind !== "started");
  if (failed.length === 0) return;
  throw new UserError({
    code: "run_not_started",
    message: terminalText(`${failed.length} of ${started.length} could not be started.`),
    hint: "What is queued starts when that is possible; what failed is retried. `tasks runs` shows their state.",
  });
}
