import { delimiter } from "node:path";
import { expect, test } from "vitest";
import type { RunId } from "../../core/contract/run.ts";
import { supervisorEnvironment, workerEnvironment } from "./inherited-environment.ts";

const OUTER = {
  HOME: "/home/dave",
  PATH: "/bin",
  ANTHROPIC_API_KEY: "k",
  // Settings are for the worker's own `tasks` too.
  TASKS_DISPATCH_ATTEMPTS: "5",
  TASKS_TOKEN: "t",
  TASKS_REPO: "/outer",
  TASKS_SLUG: "outer",
  TASKS_RUN: "outer",
  TASKS_EPOCH: "1",
  TASKS_WORKTREE: "/outer/.worktrees/outer",
  TASKS_PORT_BASE: "20000",
  TASKS_SUPERVISOR: "1",
  npm_config_registry: "r",
  npm_package_name: "n",
  INIT_CWD: "/outer",
  NODE_CHANNEL_FD: "3",
  NODE_CHANNEL_SERIALIZATION_MODE: "json",
  NODE_UNIQUE_ID: "1",
  MALLOC_MMAP_THRESHOLD_: "262144",
  GONE: undefined,
};
const KEPT = { HOME: "/home/dave", ANTHROPIC_API_KEY: "k", TASKS_DISPATCH_ATTEMPTS: "5" };

test("S20: a worker inherits what its user has, but no token of ours, and nothing of an outer run, npm or Node", () => {
  const start = { variables: { TASKS_RUN: "r", TASKS_EPOCH: "2" }, programFolder: "/programs" };
  expect(workerEnvironment(OUTER, start)).toEqual({
    ...KEPT,
    PATH: `/programs${delimiter}/bin`,
    TASKS_RUN: "r",
    TASKS_EPOCH: "2",
  });
});

test("a supervisor says whose it is", () => {
  expect(supervisorEnvironment(OUTER, { run: "r" as RunId, epoch: 2 })).toEqual({
    ...KEPT,
    PATH: "/bin",
    TASKS_SUPERVISOR: "1",
    TASKS_RUN: "r",
    TASKS_EPOCH: "2",
  });
});

test("the PATH in any spelling, or none", () => {
  const start = { variables: {}, programFolder: "/programs" };
  expect(workerEnvironment({ Path: "C:\\bin" }, start)).toEqual({ Path: `/programs${delimiter}C:\\bin` });
  expect(workerEnvironment({}, start)).toEqual({ PATH: "/programs" });
});

test("memory settings that the user chose stay", () => {
  const start = { variables: {}, programFolder: "/programs" };
  expect(workerEnvironment({ MALLOC_MMAP_THRESHOLD_: "1" }, start)).toMatchObject({
    MALLOC_MMAP_THRESHOLD_: "1",
  });
});
