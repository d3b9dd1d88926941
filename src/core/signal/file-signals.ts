// Signals about a task's file and its dependencies, whatever the time. An ordered list of small rules, at most one signal
// of each code per task.

import type { Problem } from "../contract/problem.ts";
import type { SignalCode } from "../contract/signal.ts";
import type { TaskRow } from "../contract/snapshot.ts";
import type { TaskSpec } from "../contract/task.ts";
import type { DependencyCycle } from "../links/link-problems.ts";
import { lineOfCycle, lineOfReference } from "../links/link-problems.ts";
import type { TaskLinks } from "../links/link-structure.ts";
import type { LinkedOwner } from "../team/team.ts";
import { listed } from "../text/listed.ts";
import type { SignalEvidence } from "./signal-table.ts";

export type ProblemFacts = {
  readonly spec: Pick<TaskSpec, "file" | "lines" | "dependencies" | "dependencyLines" | "proposedFrom">;
  readonly links: Pick<TaskLinks, "dependencyKeys">;
  readonly problems: readonly Problem[];
  readonly owner: LinkedOwner;
  readonly dependencies: TaskRow["dependencies"];
  readonly cycle: DependencyCycle | null;
  /** Someone works on it, or it is queued: that a person asked for it accepts it. */
  readonly hasRun: boolean;
};

export type Finding = { readonly code: SignalCode; readonly tier: 1 | 2; readonly evidence: SignalEvidence };

type ProblemRule = {
  readonly code: SignalCode;
  readonly find: (facts: ProblemFacts) => SignalEvidence | null;
};

const PROBLEM_RULES: readonly ProblemRule[] = [
  { code: "invalid_task", find: invalidTask },
  { code: "dependency_cycle", find: dependencyCycle },
  { code: "dependency_missing", find: dependencyMissing },
  { code: "dependency_cancelled", find: dependencyCancelled },
  { code: "unknown_owner", find: unknownOwner },
  { code: "task_proposed", find: taskProposed },
];

const NO_FINDINGS: readonly Finding[] = [];

/** The problems of an open task, in the order people should read them. */
export function findProblemSignals(facts: ProblemFacts): readonly Finding[] {
  if (hasNoProblem(facts)) return NO_FINDINGS;
  return PROBLEM_RULES.flatMap(({ code, find }) => {
    const evidence = find(facts);
    return evidence === null ? [] : [{ code, tier: 2, evidence }];
  });
}

/** True of nearly every task, and cheap to find out. */
function hasNoProblem({ problems, owner, dependencies, cycle, spec }: ProblemFacts): boolean {
  return (
    spec.proposedFrom === null &&
    problems.length === 0 &&
    cycle === null &&
    owner.state !== "unknown" &&
    dependencies.every(({ state }) => state === "finished" || state === "unfinished")
  );
}

function invalidTask({ problems }: ProblemFacts): SignalEvidence | null {
  const errors = problems.filter(({ severity }) => severity === "error");
  const [first] = errors;
  if (first === undefined) return null;
  return {
    ...place(first.file, first.line),
    problem: first.code,
    message: first.message,
    ...(errors.length > 1 && { more: String(errors.length - 1) }),
  };
}

function unknownOwner({ owner, spec }: ProblemFacts): SignalEvidence | null {
  if (owner.state !== "unknown" || owner.owner === null) return null;
  return {
    ...place(spec.file, spec.lines["owner"]),
    owner: owner.owner,
    ...(owner.unfilledRole && { role: "unfilled" }),
  };
}

/** Missing references come before ambiguous ones: a sentence speaks of one kind only. */
function dependencyMissing({ dependencies, spec }: ProblemFacts): SignalEvidence | null {
  const withoutKey = dependencies.filter(({ key }) => key === null);
  if (withoutKey.length === 0) return null;
  const missing = withoutKey.filter(({ state }) => state === "missing");
  const named = missing.length > 0 ? missing : withoutKey;
  const candidates = [...new Set(named.flatMap((dependency) => dependency.candidates))];
  return {
    ...place(spec.file, lineOfFirst(spec, named)),
    references: listed(named.map(({ reference }) => reference)),
    ...(named.length > 1 && { count: String(named.length) }),
    ...(candidates.length > 0 && { candidates: listed(candidates, "or") }),
    ...(missing.length === 0 && { ambiguous: "yes" }),
  };
}

function dependencyCycle({ cycle, spec, links }: ProblemFacts): SignalEvidence | null {
  if (cycle === null) return null;
  const traced = cycle.path.length > 1 || cycle.size === 1;
  return {
    ...place(spec.file, lineOfCycle(spec, links.dependencyKeys, cycle)),
    ...(traced && { cycle: [...cycle.path, cycle.path[0]].join(" → ") }),
    size: String(cycle.size),
  };
}

function dependencyCancelled({ dependencies, spec }: ProblemFacts): SignalEvidence | null {
  const cancelled = dependencies.filter(({ state }) => state === "cancelled");
  if (cancelled.length === 0) return null;
  return {
    ...place(spec.file, lineOfFirst(spec, cancelled)),
    dependencies: listed(cancelled.map(({ key, reference }) => key ?? reference)),
  };
}

function lineOfFirst(spec: ProblemFacts["spec"], [first]: TaskRow["dependencies"]): number | null {
  return first === undefined ? null : lineOfReference(spec, first.reference);
}

function taskProposed({ spec, hasRun }: ProblemFacts): SignalEvidence | null {
  if (spec.proposedFrom === null || hasRun) return null;
  return { ...place(spec.file, spec.lines["discovered_from"]), from: spec.proposedFrom };
}

function place(file: string, line: number | null | undefined): SignalEvidence {
  return line === null || line === undefined ? { file } : { file, line: String(line) };
}
