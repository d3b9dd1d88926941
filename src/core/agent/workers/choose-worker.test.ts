import { describe, expect, test } from "vitest";
import type { WorkerSettings } from "../contract/agent-kind.ts";
import { chooseWorker } from "./choose-worker.ts";
import type { WorkerEntry, WorkersConfig } from "./configured-workers.ts";

const entry = (changes: Partial<WorkerEntry> = {}): WorkerEntry => ({
  kind: "claude",
  program: null,
  command: [],
  model: null,
  args: [],
  permissions: null,
  wrap: [],
  variables: {},
  selectable: false,
  account: null,
  fallback: [],
  ...changes,
});

type Given = {
  readonly default?: string | null;
  readonly named?: Readonly<Record<string, WorkerEntry>>;
  readonly command?: readonly string[];
};

const config = (given: Given = {}): WorkersConfig => ({
  workers: { default: given.default ?? null, named: given.named ?? {} },
  worker: { command: given.command ?? [] },
});

const choose = (given: Given, asked: { requested?: string; ofTask?: string } = {}) =>
  chooseWorker(config(given), { requested: asked.requested ?? null, ofTask: asked.ofTask ?? null });

const nameOf = (chosen: ReturnType<typeof choose>) =>
  chosen.kind === "refused" ? `refused: ${chosen.message}` : chosen.name;

const TWO = {
  default: "careful",
  named: { careful: entry({ permissions: "edits" }), quick: entry({ model: "haiku", permissions: "edits" }) },
};

describe("K3: which worker works on a task", () => {
  test.each<[string, Given, { requested?: string; ofTask?: string }, string]>([
    ["the default one", TWO, {}, "careful"],
    ["the task's", TWO, { ofTask: "quick" }, "quick"],
    [
      "what a person asked for, whatever the task says",
      TWO,
      { requested: "careful", ofTask: "quick" },
      "careful",
    ],
    [
      "a asked for one that does not exist is not forgotten",
      TWO,
      { requested: "missing", ofTask: "quick" },
      'refused: There is no worker "missing".',
    ],
    ["the only one", { named: { one: entry() } }, {}, "one"],
    ["worker.command, named after its program", { command: ["node", "tools/agent.mjs"] }, {}, "agent"],
    ["worker.command, beside named ones", { named: { one: entry() }, command: ["agent"] }, {}, "agent"],
    [
      "a named one of the same name instead of worker.command",
      { named: { agent: entry() }, command: ["agent"] },
      {},
      "agent",
    ],
    [
      "none of several",
      { named: { a: entry(), b: entry() } },
      {},
      "refused: Several workers are configured, and none of them is the default.",
    ],
    ["none", {}, {}, "refused: No worker is configured."],
    [
      "a default that does not exist",
      { ...TWO, default: "carefull" },
      {},
      'refused: workers.default is "carefull", which does not exist.',
    ],
  ])("%s", (_, given, asked, name) => {
    expect(nameOf(choose(given, asked))).toBe(name);
  });

  test("worker.command is a worker of kind command", () => {
    expect(choose({ command: ["agent", "{prompt}"] })).toEqual<WorkerSettings>({
      ...entry({ kind: "command", command: ["agent", "{prompt}"] }),
      name: "agent",
      permissions: "full",
    });
  });

  test("a name that does not exist: the nearest one, and all of them", () => {
    expect(choose(TWO, { ofTask: "quikc" })).toMatchObject({
      message: 'The task\'s file names the worker "quikc", which does not exist.',
      hint: "Did you mean quick? Configured: careful and quick; `tasks worker` prints them.",
    });
    expect(choose({}, { requested: "quick" })).toMatchObject({
      hint: "`tasks worker use claude` configures one.",
    });
  });
});

describe("K4: a task may only name a worker that permits no more than the default one", () => {
  const standard = entry({ permissions: "edits", args: ["--x"], wrap: ["docker"], variables: { A: "1" } });
  const given = (other: WorkerEntry): Given => ({ default: "standard", named: { standard, other } });

  test.each<[string, Partial<WorkerEntry>, string | null]>([
    ["the same", {}, null],
    ["fewer permissions", { permissions: "ask" }, null],
    ["another kind and model", { kind: "gemini", model: "pro" }, null],
    ["more permissions", { permissions: "full" }, "its permissions are full, not edits"],
    ["the kind's own permissions", { permissions: null }, "its permissions are full, not edits"],
    ["no wrap", { wrap: [] }, "it has another wrap"],
    ["other arguments", { args: ["--y"] }, "it has another args"],
    ["another program", { program: "/opt/claude" }, "it has another program"],
    ["another variable", { variables: { A: "2" } }, "it has another variables"],
    ["a command", { kind: "command", command: ["sh"] }, "it has another command"],
  ])("%s", (_, changes, why) => {
    const other = { ...standard, ...changes };
    const chosen = choose(given(other), { ofTask: "other" });
    expect(chosen.kind === "refused" ? chosen.message : null).toBe(
      why &&
        `The task's file names the worker other, which may do more than the default one, standard: ${why}.`,
    );
    expect(nameOf(choose(given(other), { requested: "other", ofTask: "other" }))).toBe("other");
    expect(nameOf(choose(given({ ...other, selectable: true }), { ofTask: "other" }))).toBe("other");
  });

  test("the default one itself, whatever it may", () => {
    expect(nameOf(choose(given(entry()), { ofTask: "standard" }))).toBe("standard");
  });

  test("without a default one, only selectable ones", () => {
    const named = { a: entry(), b: entry({ selectable: true }) };
    expect(nameOf(choose({ named }, { ofTask: "a" }))).toMatch(/none of them is the default/);
    expect(nameOf(choose({ named }, { ofTask: "b" }))).toBe("b");
  });
});
