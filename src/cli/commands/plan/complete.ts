import type { Edited } from "../../../app/tasks/create-task.ts";
import { editTaskFile } from "../../../app/tasks/edit-task.ts";
import type { Snapshot, TaskRow } from "../../../core/contract/snapshot.ts";
import type { ParsedTask, RelativePath, TaskSpec } from "../../../core/contract/task.ts";
import { UserError } from "../../../core/contract/user-error.ts";
import type { TaskEdit } from "../../../core/task/edit-task.ts";
import { GATE_TEXTS, type GateName } from "../../../core/task/gates.ts";
import { parseTask } from "../../../core/task/parse-task.ts";
import { ownerNames, spelling } from "../../../core/team/owner-names.ts";
import { isIsoDate } from "../../../core/text/iso-date.ts";
import { inSentence } from "../../../core/text/listed.ts";
import { quote } from "../../../core/text/quote.ts";
import { actorOf } from "../../contract/actor.ts";
import type { Command, CommandContext } from "../../contract/command.ts";
import { usage } from "../../contract/errors.ts";
import { textFlag } from "../../contract/flag-values.ts";
import { AS, FORMAT, flag, REPO, TASK_ARGUMENT } from "../../contract/flags.ts";
import { resolveTask } from "../../repository/find-task.ts";
import { editTask, type OpenedEdit } from "../../repository/open-edit.ts";

export const command: Command = {
  insideRun: "refused",
  arguments: [TASK_ARGUMENT],
  description:
    "Writes status, completed_by and completed. Both gates have to be ticked, or are ticked by --tick-gates, or waived with a reason that is written down as gates_waived.",
  flags: [
    REPO,
    AS,
    flag("--by <name>", "who did it (default: who acts)"),
    flag("--date <date>", "when, as 2026-03-24 (default: today)"),
    flag("--tick-gates", "tick the open gates: they were done"),
    flag("--waive <reason>", "leave them open, and write down why"),
    FORMAT,
  ],
  examples: [
    { line: "tasks complete fix-the-page --tick-gates", does: "explored and reviewed" },
    { line: 'tasks complete fix-the-page --by mia --waive "no user interface"', does: "without its gates" },
  ],
  run: complete,
};

async function complete(context: CommandContext): Promise<void> {
  const { flags } = context;
  const date = textFlag(flags, "date");
  if (date !== null && !isIsoDate(date))
    throw usage(`--date is ${quote(date)}, which is not a date.`, "Write it as 2026-03-24.");
  const waiver = textFlag(flags, "waive")?.trim() ?? null;
  if (waiver === "") throw usage("--waive needs a reason.", 'For example: --waive "no user interface"');
  if (waiver !== null && flags["tick-gates"] === true)
    throw usage("--waive and --tick-gates contradict each other.", "Use one of them.");
  await editTask(context, "Changed", (opened) => apply(opened, { date, waiver }));
}

type Request = { readonly date: string | null; readonly waiver: string | null };

async function apply(opened: OpenedEdit, { date, waiver }: Request): Promise<Edited> {
  const { store, snapshot, writer, flags, system, argument } = opened;
  const row = await resolveTask(store, argument ?? "");
  const file = row.file as RelativePath;
  const givenBy = textFlag(flags, "by");
  const by = canonical(snapshot, givenBy ?? actorOf(opened));
  const changed = await editTaskFile({ writer }, file, (text) => {
    const parsed = parseTask(file, text);
    if (!parsed.readable) return [];
    const { status, completedBy, completed } = parsed.spec;
    // A task that is completed again without --by and --date keeps who and when.
    const keepsBy = status === "completed" && completedBy !== null && givenBy === null;
    const keepsDate = status === "completed" && completed !== null && date === null;
    return [
      textEdit("status", "completed"),
      ...(keepsBy ? [] : [textEdit("completed_by", by)]),
      ...(keepsDate ? [] : [textEdit("completed", date ?? localDate(system.clock.wallMs()))]),
      ...gates(parsed, { row, waiver, tick: flags["tick-gates"] === true }),
    ];
  });
  return { task: row.key, file, changed };
}

function textEdit(key: string, text: string): TaskEdit {
  return { kind: "text", key, text };
}

type GateRequest = { readonly row: TaskRow; readonly waiver: string | null; readonly tick: boolean };

const GATES: readonly GateName[] = ["qa_exploration", "review_cleared"];

function gates(parsed: ParsedTask, { row, waiver, tick }: GateRequest): TaskEdit[] {
  const { spec } = parsed;
  const open = GATES.filter((gate) => spec.gates[gate] !== "ticked");
  if (open.length === 0) return [];
  if (tick) return open.map((gate) => ({ kind: "tick_gate", gate, addMissing: true }));
  if (waiver !== null) return [textEdit("gates_waived", waiver)];
  if (isWaived(parsed)) return [];
  throw gatesOpen(spec, open, row);
}

/** Only for a task that is completed already: an old waiver does not cover new work. */
function isWaived({ spec, problems }: ParsedTask): boolean {
  const isGiven = spec.status === "completed" && "gates_waived" in spec.lines;
  return isGiven && !problems.some(({ code }) => code === "gate_open");
}

function gatesOpen(
  { gates: states }: TaskSpec,
  open: readonly GateName[],
  { key, file }: TaskRow,
): UserError {
  const list = open.map(
    (gate) => `"${GATE_TEXTS[gate]}" is ${states[gate] === "absent" ? "missing" : "not ticked"}`,
  );
  const name = inSentence(key);
  return new UserError({
    code: "edit_refused",
    message: `${name} cannot be completed yet: ${list.join(", and ")}. ${file} is unchanged.`,
    hint: `If that was done: tasks complete ${name} --tick-gates. If it does not apply: tasks complete ${name} --waive "why".`,
  });
}

/** The person's slug for one of a person's names; any other name as it is, since not everyone has a file. */
function canonical({ people }: Pick<Snapshot, "people">, name: string): string {
  const found = ownerNames(people).get(spelling(name));
  return found === undefined || found.kind === "role" ? name.trim() : found.person;
}

/** In the time zone of this machine. */
function localDate(wallMs: number): string {
  const date = new Date(wallMs);
  const two = (part: number) => String(part).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
