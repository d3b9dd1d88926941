// A run's files, private to its user, below the state folder: what the worker was told, and what it said.

import type { RunId } from "../../core/contract/run.ts";
import type { KeptStatement } from "../../core/run/worker-statement.ts";

export type LogTail = {
  /** Decoded, without control characters that act on a terminal and without secrets. The last lines, oldest first. */
  readonly lines: readonly string[];
  /** Something stood before the first line that is not shown. */
  readonly cut: boolean;
  /** Where it ends: the cursor for what comes after. Grows also when the oldest output was dropped. */
  readonly endByte: number;
};

/** What a worker said while the store could not take it; `name` is its own within the run. */
export type StoredStatement = KeptStatement & { readonly name: string };

export type RunFiles = {
  /** Writes the prompt and returns its absolute path. */
  writePrompt(id: RunId, text: string): Promise<string>;
  /** Where that is, absolute, whether or not it is there. */
  promptFile(id: RunId): string;
  readPrompt(id: RunId): Promise<string | null>;
  /** The end of the output: at most `lines` lines, or what came after `afterByte`. Null when there is none yet. */
  readLog(
    id: RunId,
    options: { readonly lines: number; readonly afterByte?: number },
  ): Promise<LogTail | null>;
  /** A folder with a `tasks` program in it that is this one; absolute. */
  programFolder(): Promise<string>;
  /** Makes room on the disk for what a worker may have to leave while it is full. Without room it does nothing. */
  reserveOutbox(id: RunId): void;
  /** Keeps what the store could not take. Throws when that cannot be kept either. */
  keepStatement(id: RunId, statement: KeptStatement): void;
  /** In the order in which they were made. */
  readStatements(id: RunId): Promise<readonly StoredStatement[]>;
  dropStatement(id: RunId, name: string): void;
  /** Removes the files of runs that are not among these. */
  prune(kept: ReadonlySet<RunId>): Promise<void>;
};
