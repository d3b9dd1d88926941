import { describe, expect, test } from "vitest";
import type { RunId } from "../../core/contract/run.ts";
import { findCallingWorker } from "./calling-worker.ts";
import { type InheritedMark, runBits } from "./inherited-mark.ts";
import type { ProcessMark, ProcessSystem } from "./process-facts.ts";

const RUN = "7f3a" as RunId;
const SELF = 90;

type Played = {
  /** Each below the next; the last is below 1. */
  readonly pids?: readonly number[];
  readonly marks?: Readonly<Record<number, ProcessMark>>;
  readonly inherited?: InheritedMark | null;
};

function system({ pids = [SELF, 80, 70], marks = {}, inherited = null }: Played): ProcessSystem {
  const facts = (pid: number) => ({
    pid,
    group: pid,
    start: "1",
    isDead: false,
    parent: parentOf(pids, pid),
  });
  return {
    place: "linux:test",
    read: (pid) => (pids.includes(pid) ? facts(pid) : null),
    readAll: () => pids.map(facts),
    readMarks: (asked) =>
      new Map(asked.flatMap((pid) => (marks[pid] === undefined ? [] : [[pid, marks[pid]] as const]))),
    readInherited: () => inherited,
    readUsers: () => new Map(),
  };
}

const parentOf = (pids: readonly number[], pid: number) => pids[pids.indexOf(pid) + 1] ?? 1;
const SUPERVISOR: ProcessMark = { run: RUN, epoch: 2, isSupervisor: true };

const find = (environment: Record<string, string>, played: Played = {}) =>
  findCallingWorker(environment, { pid: SELF, system: system(played) });

describe("J29: a worker gave a command when", () => {
  test("its variables say so, and name the task", () => {
    expect(find({ TASKS_RUN: RUN, TASKS_SLUG: "fix-ci" })).toMatchObject({
      by: "environment",
      slug: "fix-ci",
    });
  });

  test("what it inherited from a supervisor says so", () => {
    const found = find({}, { inherited: { run: runBits(RUN), epoch: 2 } });
    expect(found).toMatchObject({ by: "inherited", slug: null });
    expect([found?.isOf(RUN), found?.isOf("other" as RunId)]).toEqual([true, false]);
  });

  test.each([80, 70])("process %i above it is a run's", (pid) => {
    const found = find({}, { marks: { [pid]: SUPERVISOR } });
    expect(found).toMatchObject({ by: "parent", slug: null });
    expect(found?.isOf(RUN)).toBe(true);
  });

  test.each<[string, Record<string, string>, Played]>([
    ["nothing says so", {}, {}],
    ["its variable is empty", { TASKS_RUN: "" }, {}],
    ["an administrator limits file locks", {}, { inherited: { run: 3n, epoch: 7 } }],
    ["a process beside it is a run's", {}, { marks: { 60: SUPERVISOR } }],
    ["processes above it go round in a loop", {}, { pids: [SELF, 80, SELF] }],
  ])("not when %s", (_, environment, played) => {
    expect(find(environment, played)).toBeNull();
  });
});
