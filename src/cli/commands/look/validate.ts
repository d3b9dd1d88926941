import { validateTree } from "../../../app/tasks/validate-tree.ts";
import type { Problem } from "../../../core/contract/problem.ts";
import { UserError } from "../../../core/contract/user-error.ts";
import { counted } from "../../../core/text/counted.ts";
import type { Command, CommandContext } from "../../contract/command.ts";
import { readLimit } from "../../contract/flag-values.ts";
import { FORMAT, flag, REPO } from "../../contract/flags.ts";
import { noteCut, printLines } from "../../contract/print-result.ts";
import type { Style } from "../../print/output.ts";
import { terminalText } from "../../print/terminal-text.ts";
import { openRepository } from "../../repository/open-repository.ts";

/** A screen or two: with more problems than that, these are fixed first. */
const DEFAULT_LIMIT = 100;

export const command: Command = {
  insideRun: "allowed",
  description:
    "Reads every file once and prints its problems as file:line. Exits 1 when a file has an error; warnings do not count.",
  flags: [REPO, FORMAT, flag("--limit <number>", `at most this many problems (default: ${DEFAULT_LIMIT})`)],
  examples: [{ line: "tasks validate", does: "before a commit, or in CI" }],
  run: validate,
};

async function validate(context: CommandContext): Promise<void> {
  const limit = readLimit(context.flags, DEFAULT_LIMIT);
  const opened = await openRepository(context);
  const { root, output, system } = opened;
  const files = await system.openTreeFiles(root);
  const validation = validateTree({
    files,
    thresholds: opened.loaded.config.thresholds,
    nowMs: system.clock.wallMs(),
  });
  if (validation.kind === "failed") {
    throw new UserError({
      code: "repository_missing",
      message: `The files under tasks/ could not be listed: ${validation.detail}`,
      hint: "Check that the folder is there and readable, then try again.",
    });
  }
  const { problems, tasks } = validation;
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const warnings = problems.length - errors;
  // Errors first when the list is cut: the exit code depends on them.
  const shown = problems.length > limit ? errorsFirst(problems).slice(0, limit) : problems;
  const found =
    problems.length === 0 ? "no problems" : `${counted(errors, "error")}, ${counted(warnings, "warning")}`;
  printLines(
    opened,
    {
      files: validation.files,
      tasks,
      errors,
      warnings,
      shown: shown.length,
      flaws: shown, // words-ok: a public key
    },
    [
      ...shown.flatMap((problem) => problemLines(problem, output.resultStyle)),
      `${counted(validation.files, "file")}, ${counted(tasks, "task")}: ${found}`,
    ],
  );
  noteCut(opened, { shown: shown.length, total: problems.length });
  if (errors > 0)
    throw new UserError({
      code: "tree_invalid",
      message: `${counted(errors, "error")} found.`,
      hint: "Fix the errors above; warnings alone are fine.",
    });
}

function errorsFirst(problems: readonly Problem[]): readonly Problem[] {
  return problems.toSorted((a, b) => Number(b.severity === "error") - Number(a.severity === "error"));
}

function problemLines({ file, line, severity, message, hint }: Problem, { alarm, quiet }: Style): string[] {
  const place = terminalText(line === null ? file : `${file}:${line}`);
  const word = severity === "error" ? alarm("error") : "warning";
  return [`${place}: ${word}: ${terminalText(message)}`, quiet(`    ${terminalText(hint)}`)];
}
