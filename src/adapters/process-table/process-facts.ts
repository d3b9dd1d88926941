// What is known about a process of this machine: from proc-processes.ts on Linux, from ps-processes.ts on macOS.
// Elsewhere `place` is null, and nothing is known about any process.

import type { InheritedMark } from "./inherited-mark.ts";

export type ProcessFacts = {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** Unique within one boot together with the pid; only compared. */
  readonly start: string;
  /** Ended, but not yet collected by its parent. */
  readonly isDead: boolean;
};

/** What a run's processes have in their environment. */
export type ProcessMark = {
  readonly run: string;
  /** Null if it was removed from the environment. */
  readonly epoch: number | null;
  /** The run's supervisor itself. */
  readonly isSupervisor: boolean;
};

export type ProcessSystem = {
  /** Identifies this boot, and the pid namespace if there are several; null where that is unknown. */
  readonly place: string | null;
  /** Null when there is no such process. */
  read(pid: number): ProcessFacts | null;
  readAll(): readonly ProcessFacts[];
  /** Of the processes that have one and may be read. */
  readMarks(pids: readonly number[]): ReadonlyMap<number, ProcessMark>;
  /** The mark inherited from a supervisor, whatever the process did to its environment; else null. */
  readInherited(pid: number): InheritedMark | null;
  /** By folder, the processes that work in it or below: by their current folder, or a file they have open. */
  readUsers(folders: readonly string[]): ReadonlyMap<string, readonly FolderUser[]>;
};

export type FolderUser = ProcessFacts & {
  /** The command's name: `sleep`. */
  readonly name: string;
  /** It belongs to a terminal: a person's shell, or something in it. */
  readonly hasTerminal: boolean;
  readonly ageMs: number;
};

/** Unique within one boot. */
export function processName({ pid, start }: Pick<ProcessFacts, "pid" | "start">): string {
  return `${pid}:${start}`;
}

/** Z and X, in the letters of proc(5) and of ps(1). */
export function isDeadState(state: string): boolean {
  return state.startsWith("Z") || state.startsWith("X");
}

/** The mark in an environment whose entries are separated by `separator`. */
export function parseMark(environment: string, separator: string): ProcessMark | null {
  const entries = separator + environment;
  const find = (name: string): string | null => {
    const at = entries.indexOf(`${separator}${name}=`);
    if (at < 0) return null;
    const from = at + separator.length + name.length + 1;
    const to = entries.indexOf(separator, from);
    return entries.slice(from, to < 0 ? entries.length : to);
  };
  const run = find("TASKS_RUN");
  if (run === null) return null;
  const epoch = find("TASKS_EPOCH");
  return {
    run,
    epoch: epoch === null ? null : Number(epoch),
    isSupervisor: find("TASKS_SUPERVISOR") === "1",
  };
}
