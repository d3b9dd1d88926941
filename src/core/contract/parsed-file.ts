// What each kind of file under `tasks/` parses to. The path alone decides the kind (docs/format.md).

import type { Problem } from "./problem.ts";
import type { ParsedTask, RelativePath } from "./task.ts";

export type ParsedWorkstream = {
  readonly kind: "workstream";
  readonly slug: string;
  readonly file: RelativePath;
  readonly title: string | null;
  readonly owner: string | null;
  readonly problems: readonly Problem[];
};

export type ParsedMilestone = {
  readonly kind: "milestone";
  readonly slug: string;
  readonly file: RelativePath;
  readonly title: string | null;
  /** ISO date as written. */
  readonly target: string | null;
  readonly problems: readonly Problem[];
};

/** One of an initiative's documents; `spec` carries the title. */
export type ParsedInitiativeDocument = {
  readonly kind: "initiative";
  readonly slug: string;
  readonly workstream: string;
  readonly document: "spec" | "research" | "decisions";
  readonly file: RelativePath;
  readonly title: string | null;
  readonly problems: readonly Problem[];
};

export type ParsedPerson = {
  readonly kind: "person";
  readonly slug: string;
  readonly file: RelativePath;
  readonly name: string | null;
  readonly aliases: readonly string[];
  /** Parallel to `aliases`: the 1-based line of each. */
  readonly aliasLines: readonly number[];
  readonly problems: readonly Problem[];
};

export type ParsedRole = {
  readonly kind: "role";
  readonly slug: string;
  readonly file: RelativePath;
  readonly title: string | null;
  readonly owner: string | null;
  readonly filledBy: string | null;
  /** Of `filled_by`, else of `owner`. */
  readonly line: number | null;
  readonly problems: readonly Problem[];
};

/** A Markdown file where the format has none (stray-files.ts). */
export type ParsedStray = {
  readonly kind: "stray";
  readonly file: RelativePath;
  readonly looksLikeTask: boolean;
  readonly problems: readonly Problem[];
};

export type ParsedFile =
  | ParsedTask
  | ParsedStray
  | ParsedWorkstream
  | ParsedMilestone
  | ParsedInitiativeDocument
  | ParsedPerson
  | ParsedRole;

/** The cheap facts of a listing that decide whether a file is read again. */
export type FileStamp = {
  readonly path: RelativePath;
  readonly sizeBytes: number;
  /** Modification and change time, ms with fraction: they decide what to read again, and date a file that no commit does. */
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly inode: number;
};

/** No file has this size. */
const UNSEEN_BYTES = -1;

/** Names a file that a listing did not look at, because it has to be read anyway: the read stamps it. */
export function unseenStamp(path: RelativePath): FileStamp {
  return { path, sizeBytes: UNSEEN_BYTES, mtimeMs: 0, ctimeMs: 0, inode: 0 };
}

export function isUnseen({ sizeBytes }: FileStamp): boolean {
  return sizeBytes === UNSEEN_BYTES;
}

/**
 * How a time became known, weakest last. `first_seen` is when the file, new to this program and in no commit, was last
 * written (or first seen, when its time is no use), and is shown as "at least".
 */
export type TimeBasis = "transition" | "seen" | "commit" | "first_seen";

export type KnownTime = { readonly atMs: number; readonly basis: TimeBasis };

/**
 * One file in the index: ground state for the cycle.
 * `parsed` is what derivation uses: the last good parse when the newest text is unreadable, with the new problem
 * in front (R13); `hash` is always of the newest text.
 */
export type FileRecord = {
  readonly stamp: FileStamp;
  /** Hex digest of the content; empty for a file that could not be read. */
  readonly hash: string;
  readonly parsed: ParsedFile;
  /** True when `parsed` is an older good parse because the newest text is unreadable. */
  readonly outdated: boolean;
  /** When the content was last seen to change. */
  readonly changed: KnownTime;
  readonly firstSeenMs: number;
};

/** The parsed tree: identity of a record changes only when its file did. */
export type TreeIndex = ReadonlyMap<RelativePath, FileRecord>;

/** What reading one file gave. `text` has been decoded; `replaced` tells that bytes were not valid UTF-8 (S16). */
export type FileRead =
  | {
      readonly kind: "text";
      readonly stamp: FileStamp;
      readonly text: string;
      readonly hash: string;
      readonly replaced: boolean;
    }
  | {
      readonly kind: "refused";
      readonly stamp: FileStamp;
      readonly reason: "link" | "not_a_file" | "too_large" | "unreadable";
      /** One sentence, without an absolute path. */
      readonly detail: string;
    };
