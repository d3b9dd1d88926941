// The line of the dependency that a problem is about, rather than that of the key above the list.

import type { TaskSpec } from "../contract/task.ts";

type Lines = Pick<TaskSpec, "dependencies" | "dependencyLines" | "lines">;

/** The line of a dependency as written; the line of the key if it is not there. */
export function lineOfReference(
  { dependencies, dependencyLines, lines }: Lines,
  reference: string,
): number | null {
  return dependencyLines[dependencies.indexOf(reference)] ?? lines["dependencies"] ?? null;
}

/** The line of the dependency that leads into the cycle; `keys` are parallel to the dependencies. */
export function lineOfCycle(
  spec: Lines,
  keys: readonly (string | null)[],
  { path }: DependencyCycle,
): number | null {
  const next = path[1] ?? path[0] ?? null;
  return spec.dependencyLines[keys.indexOf(next)] ?? spec.lines["dependencies"] ?? null;
}
export type DependencyCycle = {
  /** Keys in order of dependency, from the task itself to the one that depends on it. */
  readonly path: readonly string[];
  /** Tasks that wait for each other; more than in `path` if the cycle is very large or branched. */
  readonly size: number;
};
