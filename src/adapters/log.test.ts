import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Log } from "../ports/system/log.ts";
import { createLog, type LogLevel } from "./log.ts";

test("one JSON line per event, graver than the level asked for", () => {
  const lines = written("warn", (log) => {
    log.info({}, "not worth it");
    log.warn({ path: "tasks/x.md" }, "A file was refused");
    log.error({ count: 2 }, "It failed");
  });
  expect(lines).toMatchObject([
    { msg: "A file was refused", path: "tasks/x.md", level: 40 },
    { msg: "It failed", count: 2, level: 50 },
  ]);
});

test("S20: a planted secret is in no line, however deep it lies", () => {
  const url = "https://dave:hunter2@example.com/app.git";
  const lines = written("info", (log) => {
    log.error(
      { error: new Error(`cannot read ${url}`, { cause: { list: [url] } }), token: "hunter2" },
      `failed for ${url}`,
    );
  });
  expect(lines).toHaveLength(1);
  expect(JSON.stringify(lines)).not.toContain("hunter2");
  expect(JSON.stringify(lines)).toContain("[redacted]");
});

test("fields that refer to themselves are cut", () => {
  const loop: Record<string, unknown> = {};
  loop["self"] = loop;
  expect(JSON.stringify(written("info", (log) => log.info(loop, "loop")))).toContain("[too deep]");
});

test("invariant 11: a lasting error is logged once a minute, with a count", () => {
  let nowMs = 0;
  const meet = (log: Log, text: string) => log.warn({ error: new Error(text) }, "the store cannot be read");
  const lines = written(
    "warn",
    (log) => {
      for (; nowMs < 130_000; nowMs += 250) meet(log, "it is gone");
      meet(log, "permission denied");
      log.warn({}, "the store cannot be read");
    },
    () => nowMs,
  );
  expect(lines).toMatchObject([
    { error: { message: "it is gone" } },
    { error: { message: "it is gone" }, repeats: 239 },
    { error: { message: "it is gone" }, repeats: 239 },
    { error: { message: "permission denied" } },
    { msg: "the store cannot be read" },
  ]);
  expect(lines[0]).not.toHaveProperty("repeats");
});

test("what was met is forgotten in the end: its memory is bounded", () => {
  const lines = written("warn", (log) => {
    for (let kind = 0; kind <= 100; kind += 1) log.warn({}, `fault ${kind}`);
    log.warn({}, "fault 100");
    log.warn({}, "fault 0");
  });
  expect(lines).toHaveLength(102);
});

function written(level: LogLevel, use: (log: Log) => void, monotonicMs?: () => number): unknown[] {
  const folder = mkdtempSync(join(tmpdir(), "tasks-log-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "log");
  const descriptor = openSync(file, "a");
  use(createLog({ level, descriptor, ...(monotonicMs && { monotonicMs }) }));
  closeSync(descriptor);
  const text = readFileSync(file, "utf8").trim();
  return text === "" ? [] : text.split("\n").map((line) => JSON.parse(line));
}
