// The line of the one entry that a flaw is about, rather than that of the key above all of them.

import type { TaskSpec } from "../contract/task.ts";
import type { DependencyCycle } from "./dependency-cycles.ts";

type Lines = Pick<TaskSpec, "dependencies" | "dependencyLines" | "lines">;

/** The line of a dependency as it is written; that of the key for one that is not there. */
export function lineOfReference(
  { dependencies, dependencyLines, lines }: Lines,
  reference: string,
): number | null {
  return dependencyLines[dependencies.indexOf(reference)] ?? lines["dependencies"] ?? null;
}

/** The line of the dependency that leads into the circle; `keys` are parallel to the dependencies. */
export function lineOfCycle(
  spec: Lines,
  keys: readonly (string | null)[],
  { path }: DependencyCycle,
): number | null {
  const next = path[1] ?? path[0] ?? null;
  return spec.dependencyLines[keys.indexOf(next)] ?? spec.lines["dependencies"] ?? null;
}
