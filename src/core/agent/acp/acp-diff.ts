import type { ToolEvent } from "../contract/agent-event.ts";
import { recordOf, textOf } from "../lines/json-value.ts";

/** Of the `diff` entries of a tool's content, which hold the whole text before and after. Null without any. */
export function changedLines(content: readonly unknown[]): ToolEvent["lines"] {
  const diffs = content.map(recordOf).filter(({ type }) => type === "diff");
  if (diffs.length === 0) return null;
  let added = 0;
  let removed = 0;
  for (const { oldText, newText } of diffs) {
    const before = linesOf(textOf(oldText) ?? "");
    const after = linesOf(textOf(newText) ?? "");
    const same = sameAtEnds(before, after);
    added += after.length - same;
    removed += before.length - same;
  }
  return { added, removed };
}

function linesOf(text: string): readonly string[] {
  return text === "" ? [] : text.replace(/\n$/, "").split("\n");
}

/** Lines that both begin and end with; what is between them counts as changed. */
function sameAtEnds(before: readonly string[], after: readonly string[]): number {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < most - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  return start + end;
}
