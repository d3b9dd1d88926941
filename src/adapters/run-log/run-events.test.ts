import * as nodeFs from "node:fs";
import { appendFileSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../test/support/git-repository.ts";
import { emptyActivity } from "../../core/agent/activity/agent-activity.ts";
import type { AgentEvent } from "../../core/agent/contract/agent-event.ts";
import type { RunId } from "../../core/contract/run.ts";
import type { OutputFileSystem } from "./output-writer.ts";
import { openRunEvents } from "./run-events.ts";
import { createRunFiles } from "./run-files.ts";

const ID = "r-1" as RunId;
const KEY = `sk-ant-${"a1".repeat(20)}`;

function setUp({
  maxBytes = 1024 * 1024,
  fileSystem,
}: {
  maxBytes?: number;
  fileSystem?: OutputFileSystem;
} = {}) {
  const stateFolder = join(temporaryFolder(), ".tasks/task_manager");
  const program = { node: process.execPath, nodeArguments: [], entry: "/nowhere/main.js" };
  const files = createRunFiles({ stateFolder, program, nowMs: Date.now });
  const open = () =>
    openRunEvents({
      stateFolder,
      run: ID,
      attempt: 2,
      maxBytes,
      secrets: ["hunter22"],
      nowMs: Date.now,
      fileSystem,
    });
  const folder = join(stateFolder, "runs", ID);
  return {
    files,
    open,
    folder,
    read: (afterByte?: number, last = 100) =>
      files.readEvents(ID, { last, ...(afterByte === undefined ? {} : { afterByte }) }),
  };
}

const said = (text: string): AgentEvent => ({
  kind: "message",
  from: "agent",
  text,
  part: null,
  delivered: null,
});
const at = (event: AgentEvent) => ({ ...event, atMs: 1_000, attempt: 2 });
const textsOf = (read: Awaited<ReturnType<ReturnType<typeof setUp>["read"]>>) =>
  read?.events.map((event) => (event.kind === "message" ? event.text : event.kind));

test("K22: events come back in order, the last ones or those after a place, from their user's only file", async () => {
  const { open, read, folder, files } = setUp();
  expect(await read()).toBeNull();
  const events = open();
  for (const text of ["one", "two", "three"]) events.write(at(said(text)));
  const all = await read();
  expect(all?.events[0]).toEqual(at(said("one")));
  expect([textsOf(all), all?.cut]).toEqual([["one", "two", "three"], false]);
  const last = await read(undefined, 1);
  expect([textsOf(last), last?.cut]).toEqual([["three"], true]);
  events.write(at(said("four")));
  events.close();
  expect(textsOf(await read(all?.endByte))).toEqual(["four"]);
  expect(statSync(join(folder, "events")).mode & 0o777).toBe(0o600);
  expect(await files.readLog(ID, { lines: 10 })).toBeNull();
});

test("K22: an event whose supervisor was killed while writing it is left out, and the next one is whole", async () => {
  const { open, read, folder } = setUp();
  const first = open();
  first.write(at(said("one")));
  first.close();
  appendFileSync(join(folder, "events"), '{"atMs":1,"attempt":2,"kind":"mess');
  const torn = await read();
  expect(textsOf(torn)).toEqual(["one"]);
  const second = open();
  second.write(at(said("two")));
  second.close();
  expect(textsOf(await read())).toEqual(["one", "unparsed", "two"]);
});

test("K22: at most so many bytes are kept, in whole events", async () => {
  const { open, read, folder } = setUp({ maxBytes: 2_000 });
  const events = open();
  let seen = 0;
  const texts: (string | undefined)[] = [];
  for (let number = 0; number < 100; number += 1) {
    events.write(at(said(`number ${number}`)));
    const news = await read(seen);
    seen = news?.endByte ?? 0;
    texts.push(...(textsOf(news) ?? []));
  }
  events.close();
  expect(texts).toEqual(Array.from({ length: 100 }, (_, number) => `number ${number}`));
  const kept = ["events", "events.1"].map((name) => statSync(join(folder, name)).size);
  expect(Math.max(...kept)).toBeLessThanOrEqual(1_000);
});

test("K23: on a full disk events are dropped and counted, and the transcript says so", async () => {
  let isFull = false;
  const fileSystem: OutputFileSystem = {
    ...nodeFs,
    writeSync: ((descriptor: number, bytes: Uint8Array) => {
      if (isFull) throw Object.assign(new Error("full"), { code: "ENOSPC" });
      return nodeFs.writeSync(descriptor, bytes);
    }) as typeof nodeFs.writeSync,
  };
  const { open, read } = setUp({ fileSystem });
  const events = open();
  events.write(at(said("one")));
  isFull = true;
  events.write(at(said("lost")));
  isFull = false;
  events.write(at(said("two")));
  events.close();
  expect(textsOf(await read())).toEqual(["one", "unparsed", "two"]);
  expect((await read())?.events[1]).toMatchObject({
    attempt: 2,
    why: expect.stringMatching(/^\d+ bytes of events are missing here: the disk is full/),
  });
});

test("S20: known values and what looks like a secret are taken out before anything is written", async () => {
  const { open, read, folder, files } = setUp();
  const events = open();
  events.write(at(said(`the password is hunter22, the key ${KEY}`)));
  events.writeActivity({ ...emptyActivity(2).activity, lastMessage: `hunter22 ${KEY}` });
  events.close();
  for (const name of ["events", "activity.json"])
    expect(readFileSync(join(folder, name), "utf8")).not.toMatch(/hunter22|a1a1/);
  expect(textsOf(await read())).toEqual(["the password is [redacted], the key [redacted]"]);
  expect(await files.readActivity(ID)).toMatchObject({ attempt: 2, lastMessage: "[redacted] [redacted]" });
});

test("K22: the digest is replaced, and anything else in its place is none", async () => {
  const { open, folder, files } = setUp();
  expect(await files.readActivity(ID)).toBeNull();
  const events = open();
  const { activity } = emptyActivity(2);
  for (const count of [1, 2]) events.writeActivity({ ...activity, events: count });
  events.close();
  expect(await files.readActivity(ID)).toEqual({ ...activity, events: 2 });
  expect(statSync(join(folder, "activity.json")).mode & 0o777).toBe(0o600);
  writeFileSync(join(folder, "activity.json"), "{");
  expect(await files.readActivity(ID)).toBeNull();
  expect(existsSync(join(folder, "events"))).toBe(false);
});
