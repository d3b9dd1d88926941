// The agents' door as a process: the installed program, both revisions of the protocol, and a worker with its proof.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { newAttemptProof } from "../../src/adapters/launch/attempt-proof.ts";
import { openSqliteStore } from "../../src/adapters/sqlite/sqlite-store.ts";
import type { Run, RunId } from "../../src/core/contract/run.ts";
import { acted } from "../contract/store-run-samples.ts";
import { taskPath, taskText } from "../support/app-world.ts";
import { createRepository } from "../support/git-repository.ts";
import { type McpClient, startMcp } from "../support/mcp-client.ts";
import { sampleRun } from "../support/run-samples.ts";
import { runTasks } from "./tasks-process.ts";

const WORKSTREAM = { "tasks/workstreams/infra/index.md": "---\ntitle: Infra\n---\n" };

function treeOf(slugs: readonly string[]): string {
  const files = slugs.map((slug) => [taskPath(slug), taskText({ priority: "p1" })]);
  return createRepository({ ...WORKSTREAM, ...Object.fromEntries(files) }).root;
}

async function inStore<T>(
  root: string,
  use: (store: Awaited<ReturnType<typeof openSqliteStore>>) => Promise<T>,
) {
  const file = join(root, ".tasks/task_manager/store.sqlite");
  const store = await openSqliteStore({ file, nowMs: () => Date.now() });
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

const readRun = (root: string, id: string) => inStore(root, (store) => store.readRun(id as RunId));

/** A run that its supervisor has started, and the environment that its worker got. */
async function workedOn(root: string, key: string): Promise<{ id: string; env: Record<string, string> }> {
  await runTasks(["heartbeat"], { cwd: root });
  const { secret, hash } = newAttemptProof();
  const run: Run = sampleRun({
    id: `run-${key}` as RunId,
    key,
    state: "running",
    attempt: 1,
    workerName: "claude",
    proof: { epoch: 1, hash },
  });
  await inStore(root, (store) => store.insertRun({ run, action: acted("kickoff", key) }));
  return { id: run.id, env: { TASKS_RUN: run.id, TASKS_EPOCH: "1", TASKS_RUN_PROOF: secret } };
}

const toolsOf = async (client: McpClient) => {
  const { result } = await client.request("tools/list");
  return result?.["tools"] as { name: string; annotations: { readOnlyHint: boolean } }[];
};

test("K50: both revisions have the same seven tools, in at most 8,000 bytes", async () => {
  const root = treeOf(["a"]);
  const [older, newer] = await Promise.all([
    startMcp({ cwd: root, revision: "2025-11-25" }),
    startMcp({ cwd: root, revision: "2026-07-28" }),
  ]);
  expect(older.opened.result).toMatchObject({ protocolVersion: "2025-11-25" });
  expect(newer.opened.result).toMatchObject({ supportedVersions: ["2026-07-28"] });
  const tools = await toolsOf(newer);
  expect(await toolsOf(older)).toEqual(tools);
  expect(tools.map(({ name }) => name)).toEqual([
    ...["list", "show", "create", "update", "report", "ask", "finish"],
  ]);
  expect(tools.filter((tool) => tool.annotations.readOnlyHint).map(({ name }) => name)).toEqual([
    "list",
    "show",
  ]);
  expect(Buffer.byteLength(JSON.stringify(tools))).toBeLessThanOrEqual(8_000);
  for (const client of [older, newer]) {
    expect((await client.call("list")).found).toMatchObject({
      tasks: [{ task: "a", group: "ready" }],
      total: 1,
    });
    expect(await client.end(), "it ends with its agent").toBe(0);
    expect(client.stderr()).toBe("");
  }
});

test("K51, K54: a worker speaks for its run: show, report, ask, create, finish", async () => {
  const root = treeOf(["a", "b"]);
  const { id, env } = await workedOn(root, "a");
  const worker = await startMcp({ cwd: root, env: { ...env, NPM_TOKEN: "hunter2-hunter2" } });
  expect((await worker.call("show")).found).toMatchObject({ task: "a", run: { by: "claude" } });
  expect(await worker.call("report", { progress: "half way, with hunter2-hunter2" })).toMatchObject({
    isError: false,
    found: { task: "a" },
  });
  const asked = await worker.call("ask", { question: "Which region?", choices: ["eu", "us"] });
  expect(asked.found).toEqual({ task: "a", question: 1, now: expect.stringContaining("End your turn") });
  expect(await readRun(root, id)).toMatchObject({
    report: { text: "half way, with [redacted]" },
    question: { text: "Which region?", choices: ["eu", "us"], answer: null },
  });

  const proposal = (slug: string) => ({ slug, workstream: "infra", title: `Found ${slug}` });
  expect((await worker.call("create", proposal("found-1"))).found).toMatchObject({
    task: "found-1",
    from: "a",
    left: 4,
  });
  expect(readFileSync(join(root, taskPath("found-1")), "utf8")).toMatch(
    /^---\ntitle: Found found-1\nstatus: not_started\ndiscovered_from: a\n---\n/,
  );
  expect(
    await worker.call("create", proposal("found-1")),
    "a name that is taken does not count",
  ).toMatchObject({
    isError: true,
  });
  for (const slug of ["found-2", "found-3", "found-4", "found-5"])
    expect(await worker.call("create", proposal(slug))).toMatchObject({ isError: false });
  const sixth = await worker.call("create", proposal("found-6"));
  expect(sixth).toMatchObject({ isError: true, text: expect.stringContaining("it has proposed 5 tasks") });

  expect(await worker.call("update", { task: "b", set: { priority: "p0" } })).toMatchObject({
    found: { changed: ["priority"] },
  });
  const refused: readonly (readonly [string, object, string])[] = [
    ["update", { task: "a", set: { status: "completed" } }, "for a person to decide"],
    ["update", { task: "a", set: { completed_by: "dave" } }, "for a person to decide"],
    ["update", { task: "found-1", set: { status: "ready" } }, "a person accepts or drops it"],
    ["update", { task: "found-1", set: { accepted_by: "dave" } }, "for a person to decide"],
    ["update", { task: "found-1", set: { discovered_from: "" } }, "for a person to decide"],
    ["update", { task: "b", claim: "take" }, "claims no other"],
    ["update", { claim: "next" }, "claims no other"],
    ["finish", { task: "b", outcome: "done", note: "" }, "speak for no other task"],
  ];
  for (const [tool, input, text] of refused)
    expect(await worker.call(tool, input)).toMatchObject({
      isError: true,
      text: expect.stringContaining(text),
    });

  expect((await worker.call("finish", { outcome: "done", note: "tests pass" })).found).toMatchObject({
    outcome: "done",
  });
  expect(await readRun(root, id)).toMatchObject({
    outcome: { kind: "done", note: "tests pass" },
    proposals: 5,
  });
});

describe("K52: without its own proof a worker says nothing", () => {
  const SAID: readonly (readonly [string, object])[] = [
    ["report", { progress: "half way" }],
    ["ask", { question: "Which region?" }],
    ["finish", { outcome: "done", note: "" }],
    ["create", { slug: "found", workstream: "infra", title: "Found" }],
    ["update", { task: "b", set: { priority: "p0" } }],
  ];

  test("whether the proof is missing, another's, or of a run that was handed over", async () => {
    const root = treeOf(["a", "b"]);
    const { env } = await workedOn(root, "a");
    const other = newAttemptProof().secret;
    const cases: readonly (readonly [Record<string, string>, string])[] = [
      [{ ...env, TASKS_RUN_PROOF: "" }, "TASKS_RUN_PROOF is missing or is not the one it got"],
      [{ ...env, TASKS_RUN_PROOF: other }, "TASKS_RUN_PROOF is missing or is not the one it got"],
      [{ ...env, TASKS_EPOCH: "2" }, "superseded"],
      [{ ...env, TASKS_RUN: "run-none" }, "no longer exists"],
      [{ TASKS_RUN: env["TASKS_RUN"] ?? "" }, "started inside a run without its environment"],
    ];
    const before = await readRun(root, "run-a");
    for (const [given, text] of cases) {
      const client = await startMcp({ cwd: root, env: given });
      for (const [tool, input] of SAID)
        expect(await client.call(tool, input)).toMatchObject({
          isError: true,
          text: expect.stringContaining(text),
        });
      expect((await client.call("list")).isError, "looking is free").toBe(false);
      await client.end();
    }
    expect(await readRun(root, "run-a")).toEqual(before);
    expect((await runTasks(["show", "found"], { cwd: root })).code).toBe(1);
  });
});

test("K53: a person's agent looks, claims by hand, and reports and finishes for its own claim only", async () => {
  const root = treeOf(["a", "b", "c"]);
  await workedOn(root, "c");
  const mine = await startMcp({ cwd: root, words: ["--as", "agent-1"] });
  const theirs = await startMcp({ cwd: root, words: ["--as", "agent-2"] });
  expect((await mine.call("list", { next: true })).found).toMatchObject({ task: "a" });
  expect((await mine.call("update", { claim: "next" })).found).toMatchObject({
    task: "a",
    claimed_by: "agent-1",
  });
  expect((await theirs.call("update", { claim: "next" })).found).toMatchObject({
    task: "b",
    claimed_by: "agent-2",
  });
  expect(await mine.call("update", { claim: "next" })).toMatchObject({ found: { task: null } });
  expect((await mine.call("report", { task: "a", progress: "half way" })).isError).toBe(false);
  for (const task of ["b", "c", "nothing", undefined])
    for (const [tool, input] of [
      ["report", { progress: "x" }],
      ["finish", { outcome: "done", note: "" }],
    ] as const)
      expect(await mine.call(tool, { task, ...input })).toMatchObject({ isError: true });
  expect((await theirs.call("update", { task: "a", claim: "release" })).isError).toBe(true);
  expect((await theirs.call("update", { task: "b", claim: "release" })).found).toMatchObject({
    released: true,
  });
  expect((await mine.call("finish", { task: "a", outcome: "done", note: "by hand" })).isError).toBe(false);
  expect((await mine.call("show", { task: "a" })).found).toMatchObject({
    group: "in_review",
    run: { outcome: { outcome: "done", note: "by hand" } },
  });
  const created = await mine.call("create", {
    slug: "new-one",
    workstream: "infra",
    title: "New",
    depends: ["b"],
  });
  expect(created.found).toMatchObject({ task: "new-one" });
  expect(readFileSync(join(root, taskPath("new-one")), "utf8")).not.toContain("discovered_from");
});

test("K55: a long text comes in pages that join to it, and not across a change of the file", async () => {
  const root = treeOf(["a"]);
  const text = Array.from({ length: 3_000 }, (_, at) => `Line ${at} 😀`).join("\n");
  writeFileSync(join(root, taskPath("a")), `---\ntitle: A\nstatus: ready\n---\n\n${text}\n`);
  const client = await startMcp({ cwd: root });
  let joined = "";
  let cursor: unknown;
  do {
    const answer = await client.call("show", { task: "a", ...(cursor !== undefined && { cursor }) });
    expect(answer.text.length).toBeLessThan(20_000);
    joined += answer.found["text"];
    cursor = answer.found["next_cursor"];
  } while (cursor !== undefined);
  expect(joined).toBe(text);
  const { next_cursor: next } = (await client.call("show", { task: "a" })).found;
  writeFileSync(join(root, taskPath("a")), "---\ntitle: A\nstatus: ready\n---\n\nAnother text\n");
  expect(await client.call("show", { task: "a", cursor: next })).toMatchObject({
    isError: true,
    text: expect.stringContaining("has changed since the page before"),
  });
});

test("K56: no input, however wrong, ends the server or changes anything", async () => {
  const root = treeOf(["a"]);
  const client = await startMcp({ cwd: root, revision: "2025-11-25" });
  client.send("no json\n{\n[]\n[1,2]\nnull\n{}\n");
  client.send('{"jsonrpc":"2.0","id":9001,"method":"no/such"}\n{"jsonrpc":"1.0","id":"x"}\n\u0000\u0007\n');
  const wrong: readonly (readonly [string, unknown])[] = [
    ["nothing", {}],
    ["list", { limit: 1_000_000 }],
    ["list", { group: "everything" }],
    ["list", { unknown: 1 }],
    ["list", []],
    ["show", { task: { __proto__: null } }],
    ["show", { task: "../../../etc/passwd" }],
    ["show", { task: "x".repeat(10_000) }],
    ["create", { slug: "../evil", workstream: "infra", title: "x" }],
    ["create", { slug: "evil", workstream: "../../x", title: "x" }],
    ["create", { slug: "evil", workstream: "infra", title: "a\nstatus: completed" }],
    ["update", { task: "a", set: { __proto__: "x" } }],
    ["update", { task: "a", set: { "title\nstatus": "x" } }],
    ["update", { task: "a", set: { title: "x" }, claim: "take" }],
    ["finish", { task: "a", outcome: "perfect", note: "" }],
    ["report", { task: "a", progress: "x", until: "never" }],
  ];
  const before = readFileSync(join(root, taskPath("a")), "utf8");
  for (const [tool, input] of wrong)
    expect(await client.call(tool, input as object), JSON.stringify(input).slice(0, 80)).toMatchObject({
      isError: true,
    });
  expect(readFileSync(join(root, taskPath("a")), "utf8")).toBe(before);
  expect((await client.call("list")).found).toMatchObject({ total: 1 });
  client.send("x".repeat(2_000_000));
  expect(await client.end(), "a message without end ends the connection").toBe(0);
});
