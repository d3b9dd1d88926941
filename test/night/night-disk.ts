// The files of runs on the machine's disk: they outlive every process and a reboot.

import type { AgentActivity } from "../../src/core/agent/activity/agent-activity.ts";
import type { TimedEvent } from "../../src/core/agent/contract/agent-event.ts";
import type { RunId } from "../../src/core/contract/run.ts";
import type { RunEvents } from "../../src/ports/runs/run-events.ts";
import type { RunFiles, StoredStatement } from "../../src/ports/runs/run-files.ts";

export type NightDisk = RunFiles & {
  promptOf(id: RunId): string | null;
  eventsOf(id: RunId): RunEvents;
  /** What each run's agent said, oldest first. */
  readonly events: ReadonlyMap<RunId, readonly TimedEvent[]>;
  readonly activities: ReadonlyMap<RunId, AgentActivity>;
};

/** While it is full nothing can be written. */
export function createNightDisk(isFull: () => boolean): NightDisk {
  const prompts = new Map<RunId, string>();
  const events = new Map<RunId, TimedEvent[]>();
  const activities = new Map<RunId, AgentActivity>();
  const statements = new Map<RunId, StoredStatement[]>();
  let names = 0;
  const disk: NightDisk = {
    events,
    activities,
    eventsOf(id) {
      const written = events.get(id) ?? [];
      events.set(id, written);
      return {
        write: (event) => void (isFull() || written.push(event)),
        writeActivity: (activity) => {
          if (!isFull()) activities.set(id, activity);
          return !isFull();
        },
        clean: (text) => text,
        close: () => {},
      };
    },
    writePrompt: async (id, text) => {
      if (isFull()) throw noSpace();
      prompts.set(id, text);
      return disk.promptFile(id);
    },
    promptFile: (id) => `/state/${id}/prompt.md`,
    promptOf: (id) => prompts.get(id) ?? null,
    readPrompt: async (id) => disk.promptOf(id),
    readLog: async () => null,
    readEvents: async (id, { last }) => {
      const all = events.get(id);
      return all === undefined
        ? null
        : { events: all.slice(-last), cut: all.length > last, endByte: all.length };
    },
    readActivity: async (id) => activities.get(id) ?? null,
    programFolder: async () => "/state/bin",
    reserveOutbox: () => {},
    keepStatement: (id, statement) => {
      if (isFull()) throw noSpace();
      names += 1;
      statements.set(id, [...(statements.get(id) ?? []), { ...statement, name: `${names}` }]);
    },
    readStatements: async (id) => statements.get(id) ?? [],
    dropStatement: (id, name) =>
      void statements.set(
        id,
        (statements.get(id) ?? []).filter((kept) => kept.name !== name),
      ),
    list: async () => [],
    remove: async () => [],
  };
  return disk;
}

function noSpace(): Error {
  return Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
}
