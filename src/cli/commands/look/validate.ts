// `tasks validate`: every flaw of every file, as file:line, and an exit code for CI.

import { validateTree } from "../../../app/tasks/validate-tree.ts";
import type { Problem } from "../../../core/contract/problem.ts";
import { UserError } from "../../../core/contract/user-error.ts";
import type { CommandContext } from "../../contract/command.ts";
import { readLimit } from "../../contract/read-limit.ts";
import type { Output } from "../../print/output.ts";
import { jsonText, terminalText } from "../../print/terminal-text.ts";
import { openRepositoryContext } from "../../repository/open-repository.ts";

/** A screen or two: whoever has more flaws mends these first. */
const DEFAULT_LIMIT = 100;

type Count = { readonly errors: number; readonly warnings: number };

/** Prints flaws by file and line; throws `tree_invalid` when one of them is an error. */
export async function validate(context: CommandContext): Promise<void> {
  const limit = readLimit(context.flags, DEFAULT_LIMIT);
  const { root, output, world, flags } = await openRepositoryContext(context);
  const files = await world.openTreeFiles(root);
  const validation = validateTree({ files, nowMs: world.clock.wallMs() });
  if (validation.kind === "failed") {
    throw new UserError({
      code: "repository_missing",
      message: `The files under tasks/ could not be listed: ${validation.detail}`,
      hint: "Check that the folder is there and readable, then try again.",
    });
  }
  const { flaws } = validation;
  const errors = flaws.filter(({ severity }) => severity === "error").length;
  const count: Count = { errors, warnings: flaws.length - errors };
  // Errors first when the list is cut: they are what the exit code is about.
  const shown = flaws.length > limit ? errorsFirst(flaws).slice(0, limit) : flaws;
  if (flags["format"] === "json") {
    const { tasks } = validation;
    const record = { files: validation.files, tasks, ...count, shown: shown.length, flaws: shown };
    output.result(jsonText(record));
  } else {
    for (const flaw of shown) printFlaw(flaw, output);
    printSummary(validation.files, validation.tasks, count, output);
  }
  if (shown.length < flaws.length) {
    output.note(`${shown.length} of ${flaws.length} flaws are shown; --limit ${flaws.length} shows all.`);
  }
  if (errors > 0) throw invalid(count);
}

function errorsFirst(flaws: readonly Problem[]): readonly Problem[] {
  return flaws.toSorted((a, b) => Number(b.severity === "error") - Number(a.severity === "error"));
}

function printFlaw({ file, line, severity, message, hint }: Problem, output: Output): void {
  const { alarm, quiet } = output.resultStyle;
  const place = terminalText(line === null ? file : `${file}:${line}`);
  const word = severity === "error" ? alarm("error") : "warning";
  output.result(`${place}: ${word}: ${terminalText(message)}`);
  output.result(quiet(`    ${terminalText(hint)}`));
}

function printSummary(files: number, tasks: number, { errors, warnings }: Count, output: Output): void {
  const found =
    errors + warnings === 0 ? "no flaws" : `${counted(errors, "error")}, ${counted(warnings, "warning")}`;
  output.result(`${counted(files, "file")}, ${counted(tasks, "task")}: ${found}`);
}

function invalid({ errors }: Count): UserError {
  return new UserError({
    code: "tree_invalid",
    message: `${counted(errors, "error")} found.`,
    hint: "Mend what is listed above; warnings alone are fine.",
  });
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
