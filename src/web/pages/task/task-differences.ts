// The file is read for this request, the rest of the page is from the last update. Where they differ, the page says so.

import type { TaskRow } from "../../../core/contract/snapshot.ts";
import type { ParsedTask, RelativePath } from "../../../core/contract/task.ts";
import { parseTask } from "../../../core/task/parse-task.ts";
import type { TreeRead } from "../../../ports/tree/tree-reader.ts";
import { type Html, html } from "../html/html.ts";

export function renderDifferences(row: TaskRow, file: TreeRead): Html | null {
  if (file.kind !== "text") return null;
  const differences = fileDifferences(row, parseTask(row.file as RelativePath, file.text));
  if (differences.length === 0) return null;
  return html`<p class="narrowed" id="differences">The file has changed since the last update: ${differences.join("; ")}.
     The next update will show the change.</p>`;
}

/** One entry per field that differs between file and snapshot. */
export function fileDifferences(row: TaskRow, { spec, readable }: ParsedTask): string[] {
  if (!readable)
    return row.problems.some(({ severity }) => severity === "error") ? [] : ["it can no longer be read"];
  const fields: readonly (readonly [name: string, now: string | null, then: string | null])[] = [
    ["title", spec.title ?? row.title, row.title],
    ["status", spec.status, row.status],
    ["priority", spec.priority, row.priority],
    ["milestone", spec.milestone, row.milestone],
    ["initiative", spec.initiative, row.initiative],
    [
      "dependencies",
      writtenNow(spec.dependencies, row).join(", "),
      row.dependencies.map(({ reference }) => reference).join(", "),
    ],
    ["ticked boxes", String(ticked(spec.sections)), String(row.progress.ticked)],
    ["boxes", String(total(spec.sections)), String(row.progress.total)],
  ];
  return fields
    .filter(([, now, then]) => now !== then)
    .map(
      ([name, now]) =>
        `its ${name} ${name.endsWith("s") && name !== "status" ? "are" : "is"} now ${now || "empty"}`,
    );
}

/** The row drops duplicate spellings of a dependency; that is not a difference. */
function writtenNow(now: readonly string[], { dependencies, problems }: TaskRow): readonly string[] {
  const repeated = problems.some(({ code }) => code === "dependency_repeated");
  if (!repeated) return now;
  const known = new Set(dependencies.map(({ reference }) => reference));
  return now.filter((reference) => known.has(reference));
}

type Sections = ParsedTask["spec"]["sections"];
const ticked = (sections: Sections) => sections.reduce((sum, section) => sum + section.ticked, 0);
const total = (sections: Sections) => sections.reduce((sum, section) => sum + section.total, 0);
