// A run's files below the state folder, private to the user: the worker's prompt, its output, and its agent's events.

import type { AgentActivity } from "../../core/agent/activity/agent-activity.ts";
import type { TimedEvent } from "../../core/agent/contract/agent-event.ts";
import type { RunId } from "../../core/contract/run.ts";
import type { KeptStatement } from "../../core/run/worker-statement.ts";

export type LogTail = {
  /** Without terminal control characters and secrets. The last lines, oldest first. */
  readonly lines: readonly string[];
  /** There is more before the first line. */
  readonly cut: boolean;
  /** The cursor for what comes after. Also grows when the oldest output was dropped. */
  readonly endByte: number;
};

export type EventsRead = {
  /** Oldest first. Secrets were taken out before they were written. */
  readonly events: readonly TimedEvent[];
  /** There is more before the first one. */
  readonly cut: boolean;
  /** The cursor for what comes after. Also grows when the oldest events were dropped. */
  readonly endByte: number;
};

/** What a worker reported while the store was unavailable; `name` is unique within the run. */
export type StoredStatement = KeptStatement & { readonly name: string };

export type StoredFiles = { readonly id: RunId; readonly changedAtMs: number };

/** `log`, `events`, `prompt.md`. */
export type RemovedFile = { readonly name: string; readonly bytes: number };

export type RunFiles = {
  /** Writes the prompt and returns its absolute path. */
  writePrompt(id: RunId, text: string): Promise<string>;
  /** Its absolute path, whether or not it exists. */
  promptFile(id: RunId): string;
  readPrompt(id: RunId): Promise<string | null>;
  /** At most the last `lines` lines, or what came after `afterByte`. Null without output. */
  readLog(
    id: RunId,
    options: { readonly lines: number; readonly afterByte?: number },
  ): Promise<LogTail | null>;
  /** At most the `last` events, or what came after `afterByte`; one read is bounded. Null without events. */
  readEvents(
    id: RunId,
    options: { readonly last: number; readonly afterByte?: number },
  ): Promise<EventsRead | null>;
  /** What the agent of the newest attempt with one does; null without it. */
  readActivity(id: RunId): Promise<AgentActivity | null>;
  /** A folder whose `tasks` is this program; absolute. */
  programFolder(): Promise<string>;
  /** Reserves room for what a worker may have to keep while the disk is full; does nothing without room. */
  reserveOutbox(id: RunId): void;
  /** Keeps what the store could not take. Throws when that fails too. */
  keepStatement(id: RunId, statement: KeptStatement): void;
  /** Oldest first. */
  readStatements(id: RunId): Promise<readonly StoredStatement[]>;
  dropStatement(id: RunId, name: string): void;
  /** The runs that have files. */
  list(): Promise<readonly StoredFiles[]>;
  /** Removes everything of the run, and says what that was; nothing is a run without files. Never follows a link. */
  remove(id: RunId): Promise<readonly RemovedFile[]>;
};
