// What is known of a process of this machine, whichever way the system tells of it: proc-processes.ts on Linux,
// ps-processes.ts on macOS. Elsewhere there is no place, and nothing can be told of any process.

import type { InheritedMark } from "./inherited-mark.ts";

export type ProcessFacts = {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** With the pid unique within one boot; only ever compared. */
  readonly start: string;
  /** Ended, and not yet collected by its parent. */
  readonly isDead: boolean;
};

/** What a run's processes carry in their environment. */
export type ProcessMark = {
  readonly run: string;
  /** Null when it was taken out of the environment. */
  readonly epoch: number | null;
  /** The run's supervisor, not what it started. */
  readonly isSupervisor: boolean;
};

export type ProcessSystem = {
  /** Names this boot, and where pids are counted by themselves this pid namespace; null where that cannot be told. */
  readonly place: string | null;
  /** Null when there is no such process. */
  read(pid: number): ProcessFacts | null;
  readAll(): readonly ProcessFacts[];
  /** Of those that carry one and may be looked at. */
  readMarks(pids: readonly number[]): ReadonlyMap<number, ProcessMark>;
  /** What it inherited from a supervisor, whatever it did to its environment; null for every other process. */
  readInherited(pid: number): InheritedMark | null;
  /** By folder, the processes that work in it or below: their current folder, or a file they have open, is there. */
  readUsers(folders: readonly string[]): ReadonlyMap<string, readonly FolderUser[]>;
};

export type FolderUser = ProcessFacts & {
  /** As the system calls it: `sleep`. */
  readonly name: string;
  /** It belongs to a terminal: a person's shell, or what runs in it. */
  readonly hasTerminal: boolean;
  readonly ageMs: number;
};

/** No two processes of one boot have it. */
export function processName({ pid, start }: Pick<ProcessFacts, "pid" | "start">): string {
  return `${pid}:${start}`;
}

/** Z and X, in the letters of proc(5) and of ps(1). */
export function isDeadState(state: string): boolean {
  return state.startsWith("Z") || state.startsWith("X");
}

/** The mark in an environment whose entries `separator` parts. */
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
