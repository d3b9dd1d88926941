import { describe, expect, test } from "vitest";
import { chooseWorker } from "../core/agent/workers/choose-worker.ts";
import { UserError } from "../core/contract/user-error.ts";
import { trustIn } from "./guarded-settings.ts";
import { type ConfigInput, loadConfig } from "./load.ts";

const FILE = `
workers:
  default: careful
  careful:
    kind: claude
    permissions: edits # not more
    variables: { MAX_THINKING_TOKENS: "4000" }
  quick: { kind: codex, model: gpt-5, wrap: [docker, run] }
`;

const CAREFUL = { kind: "claude", permissions: "edits", variables: { MAX_THINKING_TOKENS: "4000" } };
const QUICK = { kind: "codex", model: "gpt-5", wrap: ["docker", "run"] };
const ALL = [
  { key: "workers.default", value: "careful" },
  { key: "workers.careful", value: CAREFUL },
  { key: "workers.quick", value: QUICK },
];

const load = (input: Partial<ConfigInput> = {}) =>
  loadConfig({ fileText: FILE, environment: {}, flags: [], trust: trustIn(ALL), ...input });

async function nameOfDefault(input: Partial<ConfigInput>): Promise<string> {
  const chosen = chooseWorker((await load(input)).config, { requested: null, ofTask: null });
  return chosen.kind === "refused" ? chosen.message : chosen.name;
}

describe("K1: named workers", () => {
  test("each entry is a worker, with what it leaves out filled in", async () => {
    const { config, origins } = await load();
    expect(config.workers.default).toBe("careful");
    expect(config.workers.named["careful"]).toEqual({
      ...CAREFUL,
      command: [],
      program: null,
      model: null,
      args: [],
      wrap: [],
      selectable: false,
      account: null,
      fallback: [],
    });
    expect(config.workers.named["quick"]).toMatchObject({ ...QUICK, permissions: null });
    expect(origins.get("workers.quick")).toEqual({ kind: "file" });
  });

  test("each is trusted for itself: a changed one counts as not set, the others stay", async () => {
    const changed = FILE.replace("gpt-5", "gpt-6");
    const { config, untrusted } = await load({ fileText: changed });
    expect(untrusted.map(({ key }) => key)).toEqual(["workers.quick"]);
    expect(Object.keys(config.workers.named)).toEqual(["careful"]);
    expect((await load({ trust: null })).config.workers).toEqual({ default: null, named: {} });
  });

  test("own workers stand beside the repository's; of two with one name, the own one counts", async () => {
    const own = { name: "own.yaml", text: "workers:\n  mine: {kind: gemini}\n  quick: {kind: copilot}\n" };
    const { config } = await load({ own });
    expect(Object.keys(config.workers.named)).toEqual(["careful", "quick", "mine"]);
    expect(config.workers.named["quick"]).toMatchObject({ kind: "copilot", model: null, wrap: [] });
  });

  test.each<[string, Partial<ConfigInput>, string]>([
    ["workers.default", {}, "careful"],
    ["its variable", { environment: { TASKS_WORKERS_DEFAULT: "quick" } }, "quick"],
    [
      "workers.default over worker.command in one file",
      { fileText: `${FILE}worker: {command: [agent]}\n` },
      "careful",
    ],
    ["the stronger place", { own: { name: "own", text: "worker: {command: [agent]}" } }, "agent"],
    ["not an emptied command", { own: { name: "own", text: "worker: {command: []}" } }, "careful"],
    [
      "the own default over the repository's command",
      { own: { name: "own", text: FILE }, fileText: "worker: {command: [agent]}" },
      "careful",
    ],
    [
      "the variable of worker.command over own settings",
      { own: { name: "own", text: FILE }, fileText: null, environment: { TASKS_WORKER_COMMAND: "agent" } },
      "agent",
    ],
  ])("the default worker: %s", async (_, input, name) => {
    const trust = trustIn([...ALL, { key: "worker.command", value: ["agent"] }]);
    expect(await nameOfDefault({ trust, ...input })).toBe(name);
  });

  test("a default that a stronger command overrules waits for no trust", async () => {
    const { untrusted } = await load({
      fileText: "workers: {default: mine}",
      own: { name: "own", text: "worker: {command: [agent]}" },
      trust: null,
    });
    expect(untrusted).toEqual([]);
  });
});

describe("K2: what is wrong with a worker is named with its place and what it needs", () => {
  test.each([
    [
      "kind: cluade",
      ':3: "workers.a.kind" is "cluade"; it needs one of claude, codex, gemini, opencode, copilot, acp, command. Did you mean claude?',
    ],
    [
      "model: x",
      ':2: "workers.a.kind" is missing; it needs one of claude, codex, gemini, opencode, copilot, acp, command.',
    ],
    ["kind: claude\n    modle: x", ':4: "workers.a.modle" is not a setting of a worker. Did you mean model?'],
    [
      "kind: claude\n    permissions: al",
      ':4: "workers.a.permissions" is "al"; it needs one of ask, edits, full.',
    ],
    ["kind: claude\n    wrap: docker", ':4: "workers.a.wrap" is "docker"; it needs a list of texts.'],
    ["kind: claude\n    args: [1]", ':4: "workers.a.args.0" is 1; it needs a text.'],
    ["kind: claude\n    variables: {A: 1}", ':4: "workers.a.variables.A" is 1; it needs a text.'],
    ["kind: claude\n    variables: {a-b: x}", ':4: "workers.a.variables.a-b" is not a name for a variable.'],
    ["kind: claude\n    selectable: yes", ':4: "workers.a.selectable" is "yes"; it needs true or false.'],
    ["kind: command", ':2: "workers.a" has no command, which a worker of kind command needs.'],
    [
      "kind: claude\n    command: [x]",
      ':4: "workers.a.command" is only for the kinds command and acp; claude takes program and args.',
    ],
    [
      "kind: acp\n    command: [x]\n    program: x",
      ':5: "workers.a.program" is not for this kind; its command names the program.',
    ],
  ])("%s", async (entry, message) => {
    const failure = await load({ fileText: `workers:\n  a:\n    ${entry}\n` }).catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(UserError);
    expect(failure instanceof UserError && failure.message).toBe(`tasks/config.yaml${message}`);
  });

  test.each(["Careful", "a b", "a.b", "__proto__", "-a", "x".repeat(41)])(
    "a worker named %s is refused",
    async (name) => {
      const fileText = JSON.stringify({ workers: { [name]: { kind: "claude" } } }).replace("{}", "");
      const text = name === "__proto__" ? 'workers: {"__proto__": {kind: claude}}' : fileText;
      await expect(load({ fileText: text })).rejects.toThrow(/is not a name for a worker/);
    },
  );
});

describe("N59: fallbacks", () => {
  const withFallback = (fallback: string) =>
    load({ fileText: `${FILE}  slow: { kind: gemini, fallback: ${fallback} }\n`, trust: null });

  test.each([
    ["[quik]", 'names "quik", which is not a worker. Did you mean quick?'],
    ["[quick, noone]", 'names "noone", which is not a worker.'],
    ["[slow]", "names the worker itself."],
  ])("%s is refused: it %s", async (fallback, expected) => {
    const failure = await withFallback(fallback).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UserError);
    expect(String(failure)).toContain(`"workers.slow.fallback" ${expected}`);
  });

  test("names of workers that exist are taken, trusted or not, and from wherever they come", async () => {
    await expect(withFallback("[quick, careful]")).resolves.toBeDefined();
    const own = {
      name: "own settings",
      text: "workers: { mine: { kind: codex, fallback: [quick, agent] } }",
    };
    const environment = { TASKS_WORKER_COMMAND: "agent" };
    await expect(load({ own, environment })).resolves.toBeDefined();
  });
});
