import {
  type AcknowledgeRequest,
  acknowledge as acknowledgeTask,
  withdrawAcknowledgement,
} from "../../../app/runs/requests/acknowledge.ts";
import { isoTime } from "../../../core/text/iso-time.ts";
import { actorOf } from "../../contract/actor.ts";
import type { Command, CommandContext } from "../../contract/command.ts";
import { accepted } from "../../contract/errors.ts";
import { textFlag } from "../../contract/flag-values.ts";
import { AS, CODE, FORMAT, flag, NOTE, REPO, TASK_ARGUMENT, UNTIL } from "../../contract/flags.ts";
import { parseUntil } from "../../contract/parse-until.ts";
import { printResult } from "../../contract/print-result.ts";
import { clockTime } from "../../print/duration.ts";
import { awaitRunner } from "../../repository/await-runner.ts";
import { resolveTask } from "../../repository/find-task.ts";
import { type FreshRuns, withFreshRuns } from "../../repository/open-runs.ts";

export const command: Command = {
  insideRun: "refused",
  arguments: [TASK_ARGUMENT],
  description:
    "Its signals ask for no one until the time is up (default: thresholds.reraise_hours, at most twice); the task moves to the group it would be in without them, and is marked as acknowledged.",
  flags: [REPO, AS, CODE, UNTIL, NOTE, flag("--withdraw", "undo it: the signals ask again"), FORMAT],
  examples: [
    { line: 'tasks acknowledge fix-ci --until 16:00 --note "waiting for ops"', does: "until the afternoon" },
  ],
  run: acknowledge,
};

async function acknowledge(context: CommandContext): Promise<void> {
  await withFreshRuns(context, (opened) =>
    context.flags["withdraw"] === true ? withdraw(opened) : acknowledgeAs(opened, "acknowledged"),
  );
}

/** Shared with `tasks snooze`, which differs in who chooses the time. */
export async function acknowledgeAs(opened: FreshRuns, kind: AcknowledgeRequest["kind"]): Promise<void> {
  const { runs, flags, argument } = opened;
  const nowMs = runs.clock.wallMs();
  const until = textFlag(flags, "until");
  const row = await resolveTask(runs.store, argument ?? "");
  const request = {
    kind,
    code: textFlag(flags, "code"),
    untilMs: until === null ? null : parseUntil(until, nowMs),
    note: textFlag(flags, "note"),
    by: actorOf(opened),
  };
  const { acknowledgements } = accepted(await acknowledgeTask(runs, row, request));
  await awaitRunner(opened, runs.store);
  const records = acknowledgements.map(({ code, by, atMs, untilMs, note, times }) => ({
    code,
    kind,
    by,
    at: isoTime(atMs),
    until: untilMs === null ? null : isoTime(untilMs),
    note,
    times,
  }));
  const sentences = acknowledgements.map(({ code, untilMs }) => {
    const end = untilMs === null ? "until it is resolved" : `until ${clockTime(untilMs, nowMs)}`;
    return `${row.key}: ${code} ${kind} ${end}`;
  });
  printResult(opened, { task: row.key, acknowledgements: records }, ...sentences);
}

async function withdraw(opened: FreshRuns): Promise<void> {
  const { runs, flags, argument } = opened;
  const row = await resolveTask(runs.store, argument ?? "");
  const request = { code: textFlag(flags, "code"), by: actorOf(opened), note: textFlag(flags, "note") };
  const codes = (await withdrawAcknowledgement(runs, row, request)).map(({ code }) => code);
  await awaitRunner(opened, runs.store);
  const sentences = codes.map((code) => `${row.key}: ${code} asks again`);
  if (codes.length === 0) sentences.push("Nothing was acknowledged.");
  printResult(opened, { task: row.key, withdrawn: codes }, ...sentences);
}
