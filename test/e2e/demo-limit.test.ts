// The part of the demo's worker that meets a usage limit: its program alone, with sleeps that take no time.

import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CommandTools } from "../../src/core/agent/command/command-tools.ts";
import { readEventLine } from "../../src/core/agent/command/event-line.ts";
import { jitterMs } from "../../src/core/pause/back-off.ts";
import { MINUTE_MS } from "../../src/core/values/durations.ts";
import {
  createRepository,
  GIT_TEST_ENVIRONMENT,
  type TestRepository,
  temporaryFolder,
} from "../support/git-repository.ts";

const WORKER = join(import.meta.dirname, "../../examples/dataface/agent.mjs");
const LIMITED = "write-a-runbook-for-the-task-manager";

const WITHOUT_SLEEP = `data:text/javascript,${encodeURIComponent(`
  import { syncBuiltinESMExports } from "node:module";
  import timers from "node:timers/promises";
  timers.setTimeout = async () => {};
  syncBuiltinESMExports();
`)}`;

test("N78: the demo's limited worker says when its limit ends, leaves its files clean, and finishes when it is started again", () => {
  const repository = createRepository({ "NOTES.md": "- as it was\n" });
  repository.commit("Begin");
  const said = temporaryFolder();
  writeFileSync(`${said}/tasks`, `#!/bin/sh\necho "$@" >> '${said}/words'\n`, { mode: 0o755 });
  const startedMs = Date.now();
  const first = play(repository, said);
  const endedMs = Date.now();
  expect(first.code).toBe(1);
  expect(first.events).toContainEqual(expect.objectContaining({ kind: "error", code: "limit" }));
  const limit = first.events.find((event) => event.kind === "limit" && event.status === "reached");
  const resetsAtMs = (limit?.kind === "limit" && limit.resetsAtMs) || 0;
  // Met 12 to 20 s after the demo has started, it is tried again between then and two minutes after the start.
  expect(resetsAtMs - startedMs).toBeGreaterThanOrEqual(40_000);
  expect(20_000 + resetsAtMs - endedMs + LONGEST_JITTER_MS).toBeLessThanOrEqual(2 * MINUTE_MS);
  expect(repository.git("status", "--porcelain")).toBe("");

  const second = play(repository, said);
  expect(second.code).toBe(0);
  expect(second.events.map(({ kind }) => kind)).not.toContain("limit");
  expect(readFileSync(`${said}/words`, "utf8")).toMatch(/^finish --outcome done /);
  expect(repository.git("status", "--porcelain")).toBe("");
});

const LONGEST_JITTER_MS = Math.max(...Array.from({ length: 1000 }, (_, run) => jitterMs(`run ${run}`)));

/** One start of it, with a `tasks` program that is found in `bin`. */
function play({ root }: TestRepository, bin: string) {
  const env = { ...GIT_TEST_ENVIRONMENT, PATH: `${bin}:${GIT_TEST_ENVIRONMENT.PATH}` };
  const words = ["--import", WITHOUT_SLEEP, WORKER, LIMITED];
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { cwd: root, encoding: "utf8", env });
  expect(stderr).toBe("");
  const tools = new CommandTools();
  const read = stdout
    .trim()
    .split("\n")
    .map((line) => readEventLine(line, tools));
  expect(read.filter(({ kind }) => kind !== "event")).toEqual([]);
  return { code: status, events: read.flatMap((line) => (line.kind === "event" ? [line.event] : [])) };
}
