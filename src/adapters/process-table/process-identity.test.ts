import { spawn } from "node:child_process";
import { once } from "node:events";
import { hostname } from "node:os";
import process from "node:process";
import { describe, expect, onTestFinished, test } from "vitest";
import { createProcProcesses } from "./proc-processes.ts";
import type { ProcessFacts, ProcessSystem } from "./process-facts.ts";
import { parseMark } from "./process-facts.ts";
import {
  createProcessProbe,
  describeHolder,
  identifyProcess,
  knownProcess,
  probeProcess,
} from "./process-identity.ts";
import { createPsProcesses } from "./ps-processes.ts";

/** A system with one process in it. */
function playedSystem(
  facts: Partial<ProcessFacts> | null,
  place: string | null = "linux:boot-1:pid:[1]",
): ProcessSystem {
  const found: ProcessFacts = { pid: 7, parent: 1, group: 7, start: "100", isDead: false, ...facts };
  const all = facts === null ? [] : [found];
  return {
    place,
    read: (pid) => all.find((one) => one.pid === pid) ?? null,
    readAll: () => all,
    readMarks: () => new Map(),
    readInherited: () => null,
    readUsers: () => new Map(),
  };
}

const seven = identifyProcess(7, playedSystem({}));

describe("whether a process is still that one", () => {
  test.each<[string, ProcessSystem, string]>([
    ["it runs", playedSystem({}), "alive"],
    ["no process has its pid", playedSystem(null), "gone"],
    ["another process has its pid now", playedSystem({ start: "200" }), "gone"],
    ["it ended and was not collected yet", playedSystem({ isDead: true }), "gone"],
    ["the machine has restarted", playedSystem({}, "linux:boot-2:pid:[1]"), "gone"],
    ["another container of the same machine", playedSystem({}, "linux:boot-1:pid:[2]"), "unknown"],
    ["another kind of system", playedSystem({}, "ps:boot-1"), "unknown"],
    ["a system that does not tell", playedSystem({}, null), "unknown"],
  ])("%s: %s", (_name, system, presence) => {
    expect(probeProcess(seven, system)).toBe(presence);
  });

  test("another host of another boot tells nothing, nor does a name that many have", () => {
    const rebooted = playedSystem({}, "linux:boot-2:pid:[1]");
    expect(probeProcess({ ...seven, host: "elsewhere" }, rebooted)).toBe("unknown");
    expect(probeProcess({ ...seven, host: "localhost" }, rebooted)).toBe("unknown");
  });

  test("its name holds host, boot, pid and start time, also once it has ended", () => {
    expect(seven).toEqual({ id: "linux:boot-1:pid:[1]:7:100", host: hostname(), pid: 7 });
    expect(identifyProcess(7, playedSystem({ isDead: true }))).toEqual(seven);
    expect(knownProcess(seven, playedSystem(null))).toEqual({ pid: 7, start: "100" });
    expect(knownProcess(seven, playedSystem(null, "linux:boot-2:pid:[1]"))).toBeNull();
  });

  test("where nothing is known, each id is unique", () => {
    const blind = playedSystem({}, null);
    const names = [identifyProcess(7, blind), identifyProcess(7, blind)];
    expect(new Set(names.map(({ id }) => id)).size).toBe(2);
    for (const name of names)
      expect([probeProcess(name, blind), probeProcess(name, playedSystem({}))]).toEqual([
        "unknown",
        "unknown",
      ]);
  });
});

test("R9: the holder of a lease is seen by the same name", () => {
  const holder = describeHolder({ url: "http://localhost:8005" });
  expect(holder).toMatchObject({ pid: process.pid, url: "http://localhost:8005" });
  const probe = createProcessProbe();
  expect(probe.see(holder)).toBe("alive");
  expect(probe.see({ ...holder, id: holder.id.replace(/\d+$/, "1") })).toBe("gone");
  expect(probe.see({ ...holder, id: "other:1" })).toBe("unknown");
});

describe.each<[string, ProcessSystem]>([
  ["/proc", createProcProcesses()],
  ["ps", createPsProcesses()],
])("%s", (_name, system) => {
  test("tells of this process, and of a child with what it carries", async () => {
    const variables = { TASKS_RUN: `facts-${process.pid}`, TASKS_EPOCH: "3", TASKS_SUPERVISOR: "1" };
    const env = { PATH: process.env["PATH"], ...variables };
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { env, detached: true });
    onTestFinished(() => {
      child.kill("SIGKILL");
    });
    const pid = child.pid ?? 0;
    const facts = system.read(pid);
    expect(facts).toMatchObject({ pid, parent: process.pid, group: pid, isDead: false });
    expect(system.readAll()).toContainEqual(facts);
    const mark = { run: variables.TASKS_RUN, epoch: 3, isSupervisor: true };
    expect(system.readMarks([pid, process.pid]).get(pid)).toEqual(mark);
    expect(system.readMarks([process.pid]).has(pid)).toBe(false);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(system.read(pid)?.start).not.toBe(facts?.start);
  });
});

test.each<[string, string, ReturnType<typeof parseMark>]>([
  ["nothing of ours", "PATH=/bin\0HOME=/", null],
  ["a run without epoch", "TASKS_RUN=r", { run: "r", epoch: null, isSupervisor: false }],
  [
    "all of it",
    "A=1\0TASKS_RUN=r\0TASKS_EPOCH=12\0TASKS_SUPERVISOR=1\0",
    { run: "r", epoch: 12, isSupervisor: true },
  ],
  ["a name that only ends like it", "MY_TASKS_RUN=r\0", null],
  ["a value that looks like it", "A=TASKS_RUN=r\0", null],
])("the mark in an environment: %s", (_name, environment, mark) => {
  expect(parseMark(environment, "\0")).toEqual(mark);
});
