// Task files in places, or with names, outside the format. They are not read as tasks, which is reported once per folder.
// Only files that look like tasks count, so notes and templates are fine.

import type { ParsedStray } from "../contract/parsed-file.ts";
import type { Problem } from "../contract/problem.ts";
import type { RelativePath } from "../contract/task.ts";
import { findBlock } from "../front-matter/find-block.ts";
import { problem } from "../problems/problem-table.ts";
import { listed } from "../text/listed.ts";

/** Far longer than a task's front matter; the rest of an unknown file is not examined. */
const SEARCHED_LENGTH = 20_000;

export function strayOf(file: RelativePath, text: string): ParsedStray {
  const top = text.slice(0, SEARCHED_LENGTH);
  const block = findBlock(top);
  const looksLikeTask = block.kind === "block" && /^status:/m.test(top.slice(block.start, block.end));
  return { kind: "stray", file, looksLikeTask, problems: [] };
}

/** One problem per folder, at its first file. */
export function strayProblems(strays: readonly ParsedStray[]): readonly Problem[] {
  const byFolder = new Map<string, RelativePath[]>();
  for (const { file, looksLikeTask } of strays) {
    if (!looksLikeTask) continue;
    const folder = file.slice(0, file.lastIndexOf("/"));
    const files = byFolder.get(folder);
    if (files === undefined) byFolder.set(folder, [file]);
    else files.push(file);
  }
  return [...byFolder].map(([folder, files]) => {
    const sorted = files.toSorted();
    const names = listed(sorted.map((file) => file.slice(folder.length + 1)));
    const at = { file: sorted[0] ?? folder, line: null };
    return problem("file_not_read", at, { folder, names, count: files.length, hint: hintFor(folder) });
  });
}

const TASKS_OF_WORKSTREAM = /^tasks\/workstreams\/[^/]+\/tasks(?=\/|$)/;

function hintFor(folder: string): string {
  const place = TASKS_OF_WORKSTREAM.exec(folder)?.[0];
  if (place === folder) return "Rename each so that it ends in .md, in small letters.";
  return place === undefined
    ? "Move each to tasks/workstreams/<workstream>/tasks/, with a name that ends in .md."
    : `Move each up into ${place}/, since folders below it are not read.`;
}
