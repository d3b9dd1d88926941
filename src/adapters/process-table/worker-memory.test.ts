import process from "node:process";
import { describe, expect, test } from "vitest";
import type { ProcessSystem } from "./process-facts.ts";
import { identifyProcess } from "./process-identity.ts";
import { createWorkerMemory } from "./worker-memory.ts";

const FILES: Readonly<Record<string, string>> = {
  "/proc/vmstat": "oom_kill_disable 9\noom_kill 3\npgpgin 7\n",
  "/proc/5/task/5/children": "6 7 ",
  "/proc/6/task/6/children": "",
  "/proc/6/task/8/children": "9 ",
  "/proc/5/status": "Name:\tclaude\nVmHWM:\t  900000 kB\nVmRSS:\t  200000 kB\n",
  "/proc/6/status": "VmRSS:\t 1300000 kB\n",
  "/proc/9/status": "VmRSS:\t 6400000 kB\n",
};
const TASKS: Readonly<Record<string, readonly string[]>> = {
  "/proc/5/task": ["5"],
  "/proc/6/task": ["6", "8"],
};
const facts = { pid: 5, parent: 1, group: 5, start: "77", isDead: false };
const system: ProcessSystem = {
  ...{ place: "linux:boot:ns", read: () => facts, readAll: () => [facts], readMarks: () => new Map() },
  ...{ readInherited: () => null, readUsers: () => new Map() },
};
const played = (files = FILES) =>
  createWorkerMemory({
    system,
    read: (path) => files[path] ?? "",
    list: (folder) => TASKS[folder] ?? [],
  });
const worker = (start: string) => ({ id: `linux:boot:ns:5:${start}`, host: "desk", pid: 5 });

describe("N29: the memory of a worker", () => {
  test("is that of all processes below it, one that is gone meanwhile left out", () => {
    expect(played().usedMb(worker("77"))).toBe(7_900);
  });

  test("is not that of another process with its number", () => {
    expect(played().usedMb(worker("78"))).toBeNull();
  });

  test("the kernel counts what it kills", () => {
    expect(played().kills()).toBe(3);
    expect(played({}).kills()).toBeNull();
  });

  // No other system has /proc.
  test.runIf(process.platform === "linux")("of a real process", () => {
    expect(createWorkerMemory().usedMb(identifyProcess(process.pid))).toBeGreaterThan(10);
  });
});
