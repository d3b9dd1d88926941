// Collects the problems of one file.

import type { Problem } from "../contract/problem.ts";
import { problem } from "./problem-table.ts";

export type Report = { readonly file: string; readonly problems: Problem[] };

/** Every row of the snapshot carries them. */
const PROBLEM_COUNT_LIMIT = 20;

/** The problems in the order found; if too many, errors first, and a last one that counts the rest. */
export function problemsOf({ file, problems }: Report): readonly Problem[] {
  if (problems.length === 0) return NONE;
  if (problems.length <= PROBLEM_COUNT_LIMIT) return problems;
  const errors = problems.filter(({ severity }) => severity === "error");
  const warnings = problems.filter(({ severity }) => severity === "warning");
  const kept = [...errors, ...warnings].slice(0, PROBLEM_COUNT_LIMIT);
  const count = problems.length - kept.length;
  return [...kept, problem("problems_too_many", { file, line: null }, { count })];
}

const NONE: readonly Problem[] = [];
