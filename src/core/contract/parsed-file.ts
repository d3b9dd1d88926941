// What each kind of file under `tasks/` is parsed to. The path alone decides the kind (docs/format.md).

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

/** One of an initiative's documents; `spec` has the title. */
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
  /** Line of `filled_by`, else of `owner`. */
  readonly line: number | null;
  readonly problems: readonly Problem[];
};

/** A Markdown file outside the format's places (tree/stray-files.ts). */
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

/** What a listing knows of a file; decides whether it is read again. */
export type FileStamp = {
  readonly path: RelativePath;
  readonly sizeBytes: number;
  /** Modification and change time, ms with fraction. They also date a file that is in no commit. */
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly inode: number;
};

const UNSEEN_BYTES = -1;

/** For a file that a listing skipped because it is read anyway: the read makes its stamp. */
export function unseenStamp(path: RelativePath): FileStamp {
  return { path, sizeBytes: UNSEEN_BYTES, mtimeMs: 0, ctimeMs: 0, inode: 0 };
}

export function isUnseen({ sizeBytes }: FileStamp): boolean {
  return sizeBytes === UNSEEN_BYTES;
}

/**
 * How a time became known, weakest last. `first_seen`: the modification time (or first observation) of a file that is new
 * here and in no commit; shown as "at least".
 */
export type TimeBasis = "transition" | "seen" | "commit" | "first_seen";

export type KnownTime = { readonly atMs: number; readonly basis: TimeBasis };

/**
 * One file in the index. If the newest text is unreadable, `parsed` is the last good parse with the new problem in front
 * (R13); `hash` is always that of the newest text.
 */
export type FileRecord = {
  readonly stamp: FileStamp;
  /** Hex digest of the content; empty if it could not be read. */
  readonly hash: string;
  readonly parsed: ParsedFile;
  /** `parsed` is an older parse because the newest text is unreadable. */
  readonly outdated: boolean;
  /** When the content last changed, as far as known. */
  readonly changed: KnownTime;
  readonly firstSeenMs: number;
};

/** The parsed tree. A record is the same object until its file changes. */
export type TreeIndex = ReadonlyMap<RelativePath, FileRecord>;

/** The result of reading one file. `replaced`: some bytes were not valid UTF-8 (S16). */
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
      readonly code: "link" | "not_a_file" | "too_large" | "unreadable";
      /** One sentence, without an absolute path. */
      readonly message: string;
    };
