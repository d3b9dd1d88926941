// A set-up that fails: one task's own fault, until a second task meets the same failure.

import type { Run } from "../contract/run.ts";
import type { PauseScope, ScopedPause } from "../records/scoped-pause.ts";
import { textHash } from "../text/text-hash.ts";
import { MINUTE_MS } from "../values/durations.ts";
import { type Meeting, meetPause, type Seen } from "./meet-pause.ts";

/** Two failures further apart have nothing to do with each other. */
const SUSPECTED_MS = 30 * MINUTE_MS;

/** The pause after a set-up failed. */
export function meetSetUp(before: ScopedPause | null, seen: Seen, meeting: Meeting): ScopedPause {
  if (before !== null && !isSuspicionOver(before, meeting.nowMs)) {
    const isSameTask = before.phase === "suspected" && before.key === seen.key;
    return isSameTask ? before : meetPause(before, seen, meeting);
  }
  const opened = meetPause(null, seen, meeting);
  return { ...opened, revision: before?.revision ?? 0, phase: "suspected", nextProbeMs: null };
}

/** No second task has met it in time. */
export function isSuspicionOver({ phase, sinceMs }: ScopedPause, nowMs: number): boolean {
  return phase === "suspected" && Math.abs(nowMs - sinceMs) > SUSPECTED_MS;
}

/**
 * What is the same about a failure whatever the task: its words without paths, names, numbers and digests, so that two
 * worktrees in which the same registry did not answer say the same.
 */
export function failureShape(detail: string, names: readonly string[]): string {
  const last = detail.trim().split("\n").slice(-3).join("\n");
  const head = detail.trim().split("\n")[0] ?? "";
  return names
    .filter((name) => name !== "")
    .reduce((text, name) => text.replaceAll(wholeWord(name), "…"), `${head}\n${last}`)
    .replaceAll(/(?:\/[\w.@+-]+){2,}/g, "…")
    .replaceAll(/\b[0-9a-f]{7,}\b/gi, "…")
    .replaceAll(/\d+/g, "…");
}

function wholeWord(name: string): RegExp {
  return new RegExp(`(?<![\\w-])${name.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![\\w-])`, "g");
}

type Failed = Pick<Run, "key" | "worktree" | "branch" | "id">;

/** Of a set-up that failed so on this host: the same for every task that meets the same. */
export function setUpScope(host: string, step: string, detail: string, run: Failed): PauseScope {
  return { kind: "setup", name: `${host} ${step} ${digestOf(detail, run)}` };
}

/** Whether that failure of the run is the one of this scope. */
export function isOfSetUp({ name }: PauseScope, detail: string, run: Failed): boolean {
  return name.endsWith(` ${digestOf(detail, run)}`);
}

/** Eight letters that tell one failure from another. */
function digestOf(detail: string, { key, worktree, branch, id }: Failed): string {
  const shape = failureShape(detail, [key, worktree ?? "", branch ?? "", id]);
  return textHash(shape).toString(16).padStart(8, "0");
}
