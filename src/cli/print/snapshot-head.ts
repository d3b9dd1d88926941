// The line above a snapshot: whose, which commit, as of when; and a note on stderr when it is not fresh.

import type { Freshness, Snapshot } from "../../core/contract/snapshot.ts";
import { clockTime, shortDuration } from "./duration.ts";
import type { Output } from "./output.ts";
import { terminalText } from "./terminal-text.ts";

/** "dataface · main a1f3c09 · dave, from davefowler (--owner) · as of 12:04:31, 2 s ago". */
export function snapshotHead(
  snapshot: Pick<Snapshot, "repository" | "owner">,
  freshness: Freshness,
  nowMs: number,
): string {
  const { repository, owner } = snapshot;
  const commit = repository.commit?.slice(0, 7) ?? null;
  const place = [repository.branch ?? (commit === null ? null : "detached"), commit].filter(
    (part) => part !== null,
  );
  const parts = [repository.name, place.join(" "), ownerText(owner), asOf(freshness, nowMs)];
  return parts
    .filter((part) => part !== "")
    .map(terminalText)
    .join(" · ");
}

/** Notes stale data, and anything unusual about the repository. */
export function noteFreshness(
  output: Output,
  { repository }: Pick<Snapshot, "repository">,
  freshness: Freshness,
): void {
  if (repository.notice !== null) output.note(terminalText(repository.notice));
  noteStale(output, freshness);
}

/** Notes that the result is stale, how old it is and why. */
export function noteStale(output: Output, freshness: Freshness): void {
  if (!freshness.stale) return;
  const age = freshness.age_ms === null ? "" : `, ${shortDuration(freshness.age_ms)} old`;
  const why = freshness.detail === null ? "" : `: ${terminalText(freshness.detail)}`;
  output.note(`${output.noteStyle.alarm(freshness.state)}${age}${why}`);
}

/** "dave, from davefowler (--owner)"; `everyone` as it is. */
export function ownerText({ name, resolved_from: from }: Snapshot["owner"]): string {
  return from === null ? name : `${name}, from ${from}`;
}

function asOf({ observed_at: observedAt, age_ms: ageMs }: Freshness, nowMs: number): string {
  if (observedAt === null || ageMs === null) return "";
  return `as of ${clockTime(Date.parse(observedAt), nowMs)}, ${shortDuration(ageMs)} ago`;
}
