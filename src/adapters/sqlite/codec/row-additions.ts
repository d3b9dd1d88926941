// What rows say beyond the tuple of row-codec.ts, whose form earlier versions check: a separate column, `<seq>|<dropped
// boxes>|<description>`. A program that does not know the column leaves an old value behind when it writes a newer row;
// the `seq` shows that. Plain text, because parsing 10,000 more JSON values would be noticeable.

import type { TaskRow } from "../../../core/contract/snapshot.ts";
import { shareSections } from "../../../core/task/share.ts";

/** Null for a row that has nothing to add. */
export function encodeAdditions({ sections, description }: TaskRow, seq: number): string | null {
  const dropped = sections.flatMap((section, at) =>
    section.dropped === 0 ? [] : [`${at}:${section.dropped}`],
  );
  if (dropped.length === 0 && description === null) return null;
  return `${seq}|${dropped.join(",")}|${description === null ? "" : ` ${description}`}`;
}

/** The row with its additions. */
export function withAdditions(row: TaskRow, seq: number, text: unknown): TaskRow {
  if (typeof text !== "string") return row;
  const first = text.indexOf("|");
  const second = text.indexOf("|", first + 1);
  if (second === -1 || Number(text.slice(0, first)) !== seq) return row;
  const description = second + 1 === text.length ? null : text.slice(second + 2);
  return second === first + 1
    ? { ...row, description }
    : { ...withDropped(row, text.slice(first + 1, second)), description };
}

function withDropped(row: TaskRow, pairs: string): TaskRow {
  const counts = new Map(pairs.split(",").map((pair) => pair.split(":").map(Number) as [number, number]));
  const sections = row.sections.map((section, at) => ({ ...section, dropped: counts.get(at) ?? 0 }));
  const dropped = sections.reduce((sum, section) => sum + section.dropped, 0);
  const shared = shareSections(sections) as TaskRow["sections"];
  return { ...row, sections: shared, progress: { ...row.progress, dropped } };
}
