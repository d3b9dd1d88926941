// `tasks acknowledge`: somebody has seen a task's signals, and they ask for nobody for a while.

import {
  type AcknowledgeRequest,
  acknowledge as acknowledgeTask,
  withdrawAcknowledgement,
} from "../../../app/runs/requests/acknowledge.ts";
import { isoTime } from "../../../core/text/iso-time.ts";
import { actorOf } from "../../contract/actor.ts";
import type { CommandContext } from "../../contract/command.ts";
import { textFlag } from "../../contract/flag-values.ts";
import { parseUntil } from "../../contract/parse-until.ts";
import { refused } from "../../contract/refused.ts";
import { clockTime } from "../../print/duration.ts";
import { jsonText, terminalText } from "../../print/terminal-text.ts";
import { awaitRunner } from "../../repository/await-runner.ts";
import { type FreshRuns, withFreshRuns } from "../../repository/open-runs.ts";
import { resolveTask } from "../../repository/resolve-task.ts";

export async function acknowledge(command: CommandContext): Promise<void> {
  await withFreshRuns(command, (opened) =>
    command.flags["withdraw"] === true ? withdraw(opened) : acknowledgeAs(opened, "acknowledged"),
  );
}

/** Shared with `tasks snooze`, which differs in who chooses the time. */
export async function acknowledgeAs(opened: FreshRuns, kind: AcknowledgeRequest["kind"]): Promise<void> {
  const { runs, flags, output, argument } = opened;
  const nowMs = runs.clock.wallMs();
  const until = textFlag(flags, "until");
  const row = await resolveTask(runs.store, argument ?? "");
  const made = await acknowledgeTask(runs, row, {
    kind,
    code: textFlag(flags, "code"),
    untilMs: until === null ? null : parseUntil(until, nowMs),
    note: textFlag(flags, "note"),
    by: actorOf(opened),
  });
  if (made.kind === "refused") throw refused(made);
  await awaitRunner(opened, runs.store);
  const records = made.acknowledgements.map(({ code, by, atMs, untilMs, note, times }) => ({
    code,
    kind,
    by,
    at: isoTime(atMs),
    until: untilMs === null ? null : isoTime(untilMs),
    note,
    times,
  }));
  if (flags["format"] === "json") {
    output.result(jsonText({ task: row.key, acknowledgements: records }));
    return;
  }
  for (const { code, untilMs } of made.acknowledgements) {
    const until = untilMs === null ? "until the fact is gone" : `until ${clockTime(untilMs, nowMs)}`;
    output.result(terminalText(`${row.key}: ${code} ${kind} ${until}`));
  }
}

async function withdraw(opened: FreshRuns): Promise<void> {
  const { runs, flags, output, argument } = opened;
  const row = await resolveTask(runs.store, argument ?? "");
  const wish = { code: textFlag(flags, "code"), by: actorOf(opened), note: textFlag(flags, "note") };
  const codes = (await withdrawAcknowledgement(runs, row, wish)).map(({ code }) => code);
  await awaitRunner(opened, runs.store);
  if (flags["format"] === "json") output.result(jsonText({ task: row.key, withdrawn: codes }));
  else if (codes.length === 0) output.result("Nothing was acknowledged.");
  for (const code of flags["format"] === "json" ? [] : codes)
    output.result(terminalText(`${row.key}: ${code} asks again`));
}
