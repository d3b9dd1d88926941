// `tasks complete`: a task is done. Who and when go into its file, and its gates are ticked or waived, never forgotten.

import { editTaskFile } from "../../../app/tasks/edit-task.ts";
import type { Snapshot, TaskRow } from "../../../core/contract/snapshot.ts";
import type { ParsedTask, RelativePath, TaskSpec } from "../../../core/contract/task.ts";
import { UserError } from "../../../core/contract/user-error.ts";
import type { TaskEdit } from "../../../core/task/edit-task.ts";
import { GATE_TEXTS, type GateName } from "../../../core/task/gates.ts";
import { parseTask } from "../../../core/task/parse-task.ts";
import { ownerNames } from "../../../core/team/owner-names.ts";
import { spelling } from "../../../core/team/spelling.ts";
import { isIsoDate } from "../../../core/text/iso-date.ts";
import { inSentence } from "../../../core/text/listed.ts";
import { quote } from "../../../core/text/quote.ts";
import { actorOf } from "../../contract/actor.ts";
import type { CommandContext } from "../../contract/command.ts";
import { textFlag } from "../../contract/flag-values.ts";
import { type Edited, type OpenedEdit, printEdited, withEdit } from "../../repository/open-edit.ts";
import { resolveTask } from "../../repository/resolve-task.ts";

/** Prints the file's path; on stderr what changed in it. */
export async function complete(command: CommandContext): Promise<void> {
  const date = textFlag(command.flags, "date");
  if (date !== null && !isIsoDate(date)) throw noDate(date);
  const waiver = textFlag(command.flags, "waive")?.trim() ?? null;
  if (waiver === "") throw usage("--waive needs a reason.", 'For example: --waive "no user interface"');
  if (waiver !== null && command.flags["tick-gates"] === true)
    throw usage("--waive and --tick-gates contradict each other.", "Say one of them.");
  const edited = await withEdit(command, (opened) => apply(opened, { date, waiver }));
  printEdited(command, edited, "Changed");
}

type Wish = { readonly date: string | null; readonly waiver: string | null };

async function apply(opened: OpenedEdit, { date, waiver }: Wish): Promise<Edited> {
  const { store, snapshot, writer, flags, world, argument } = opened;
  const row = await resolveTask(store, argument ?? "");
  const file = row.file as RelativePath;
  const by = canonical(snapshot, textFlag(flags, "by") ?? actorOf(opened));
  const on = date ?? localDate(world.clock.wallMs());
  const changed = await editTaskFile({ writer }, file, (text) => {
    const parsed = parseTask(file, text);
    const { spec } = parsed;
    if (!parsed.readable) return [];
    return [
      { kind: "text", key: "status", text: "completed" },
      ...who(spec, { by, isSaid: textFlag(flags, "by") !== null }),
      ...when(spec, { on, isSaid: date !== null }),
      ...gates(parsed, { row, waiver, tick: flags["tick-gates"] === true }),
    ];
  });
  return { task: row.key, file, changed };
}

/** Completed again without a word about who and when, a task keeps what it says. */
function who({ status, completedBy }: TaskSpec, { by, isSaid }: { by: string; isSaid: boolean }): TaskEdit[] {
  if (status === "completed" && completedBy !== null && !isSaid) return [];
  return [{ kind: "text", key: "completed_by", text: by }];
}

function when({ status, completed }: TaskSpec, { on, isSaid }: { on: string; isSaid: boolean }): TaskEdit[] {
  if (status === "completed" && completed !== null && !isSaid) return [];
  return [{ kind: "text", key: "completed", text: on }];
}

type GateWish = { readonly row: TaskRow; readonly waiver: string | null; readonly tick: boolean };

const GATES: readonly GateName[] = ["qa_exploration", "review_cleared"];

function gates(parsed: ParsedTask, { row, waiver, tick }: GateWish): TaskEdit[] {
  const { spec } = parsed;
  const open = GATES.filter((gate) => spec.gates[gate] !== "ticked");
  if (open.length === 0) return [];
  if (tick) return open.map((gate) => ({ kind: "tick_gate", gate, addMissing: true }));
  if (waiver !== null) return [{ kind: "text", key: "gates_waived", text: waiver }];
  if (isWaived(parsed)) return [];
  throw gatesOpen(spec, open, row);
}

/** Only of a task that is completed already: once it is open again, an old waiver says nothing about the new work. */
function isWaived({ spec, problems }: ParsedTask): boolean {
  const isSaid = spec.status === "completed" && "gates_waived" in spec.lines;
  return isSaid && !problems.some(({ code }) => code === "gate_open");
}

function gatesOpen(
  { gates: states }: TaskSpec,
  open: readonly GateName[],
  { key, file }: TaskRow,
): UserError {
  const told = open.map(
    (gate) => `"${GATE_TEXTS[gate]}" is ${states[gate] === "absent" ? "not there" : "not ticked"}`,
  );
  const name = inSentence(key);
  return new UserError({
    code: "edit_refused",
    message: `${name} cannot be completed yet: ${told.join(", and ")}. ${file} is as it was.`,
    hint: `If that was done: tasks complete ${name} --tick-gates. If it does not apply: tasks complete ${name} --waive "why".`,
  });
}

/** The person's own slug where the name is one of a person's names; else as it is: not everybody has a file. */
function canonical({ people }: Pick<Snapshot, "people">, name: string): string {
  const found = ownerNames(people).get(spelling(name));
  return found === undefined || found.kind === "role" ? name.trim() : found.person;
}

/** As the person at this machine would write it. */
function localDate(wallMs: number): string {
  const date = new Date(wallMs);
  const two = (part: number) => String(part).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function noDate(date: string): UserError {
  return usage(`--date is ${quote(date)}, which is no date of the calendar.`, "Write it as 2026-03-24.");
}

function usage(message: string, hint: string): UserError {
  return new UserError({ code: "usage", message, hint });
}
