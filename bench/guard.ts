// The guard (P25): takes what is stable, and again what became worse, up to three times. One bad moment of a shared
// machine spoils one try; what is slower for good spoils all three.

import { type Failure, judge } from "./judge.ts";
import type { Figure, Untaken } from "./measure.ts";
import type { SavedFigure } from "./saved.ts";

const TRIES = 3;

/**
 * `parts` are what can be measured alone. A figure passes for good once it passed; a part is taken again while one of
 * its figures has not. Returns those that failed in every try.
 */
export async function guard<Part>(
  parts: readonly Part[],
  take: (part: Part, attempt: number) => Promise<readonly (Figure | Untaken)[]>,
  saved: readonly SavedFigure[],
): Promise<Failure[]> {
  const passed = new Set<string>();
  const failures = new Map<Part, Failure[]>();
  let due = parts;
  for (let attempt = 1; attempt <= TRIES && due.length > 0; attempt += 1) {
    for (const part of due) {
      const judged = (await take(part, attempt)).map((figure) => ({ figure, failure: judge(figure, saved) }));
      for (const { figure, failure } of judged) if (failure === null) passed.add(keyOf(figure));
      const failed = judged.flatMap(({ figure, failure }) =>
        failure === null || passed.has(keyOf(figure)) ? [] : [failure],
      );
      failures.set(part, failed);
    }
    due = due.filter((part) => failures.get(part)?.some(({ mayPass }) => mayPass));
  }
  return [...failures.values()].flat();
}

function keyOf({ requirement, name, tasks }: Figure | Untaken): string {
  return JSON.stringify([requirement, name, tasks]);
}
