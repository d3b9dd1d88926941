import { describe, expect, test } from "vitest";
import { parseConfigFile } from "./config-file.ts";
import { type SettingEdit, setInConfig } from "./edit-config.ts";
import { trustIn } from "./guarded-settings.ts";
import { loadConfig } from "./load.ts";
import { starterConfig } from "./settings.ts";

const COMMAND = ["claude", "-p", "{prompt}"];
const WRITTEN = '["claude", "-p", "{prompt}"]';

const TRUST = trustIn([{ key: "worker.command", value: COMMAND }]);

const set = (text: string, items: readonly string[] = COMMAND) =>
  setInConfig(text, [{ path: ["worker", "command"], value: items }]);

function edited(text: string): string {
  const result = set(text);
  if (result.kind === "refused") throw new Error(`${result.line}: ${result.message}`);
  return result.text;
}

describe("T1: the setting changes, every other byte stays", () => {
  test.each<[string, string, string]>([
    ["an empty file", "", `worker:\n  command: ${WRITTEN}\n`],
    ["a file of comments", "# mine\n", `# mine\nworker:\n  command: ${WRITTEN}\n`],
    ["no last line break", "owner: dave", `owner: dave\nworker:\n  command: ${WRITTEN}`],
    ["CRLF", "owner: dave # me\r\n", `owner: dave # me\r\nworker:\r\n  command: ${WRITTEN}\r\n`],
    [
      "an empty group",
      "worker: # w\npage:\n  rows: 5\n",
      `worker: # w\n  command: ${WRITTEN}\npage:\n  rows: 5\n`,
    ],
    [
      "a group without it",
      "worker:\n    # ports\n    port_base: 30000 # high\n# end\npage:\n    rows: 5\n",
      `worker:\n    # ports\n    port_base: 30000 # high\n    command: ${WRITTEN}\n# end\npage:\n    rows: 5\n`,
    ],
    [
      "a command in brackets",
      "worker:\n  command: [x, 'y'] # old\n  log_max_mb: 5\n",
      `worker:\n  command: ${WRITTEN} # old\n  log_max_mb: 5\n`,
    ],
    [
      "a command over lines",
      "worker:\n  command: # why\n    - x\n    - y\n  # next\n  log_max_mb: 5\n",
      `worker:\n  command: ${WRITTEN} # why\n  # next\n  log_max_mb: 5\n`,
    ],
    ["no command", "worker:\n  command: # none yet\n", `worker:\n  command: ${WRITTEN} # none yet\n`],
  ])("%s", (_, before, after) => {
    expect(edited(before)).toBe(after);
  });

  test("what init writes keeps all its comments, and then has a worker", async () => {
    const after = edited(starterConfig());
    expect(after.startsWith(starterConfig())).toBe(true);
    const { config } = await loadConfig({ fileText: after, trust: TRUST, environment: {}, flags: [] });
    expect(config.worker.command).toEqual(COMMAND);
  });

  test("arguments of any kind are read back as they are", async () => {
    const items = ["a", 'say "hi"', "a: b #c", "'", "\\", "{slug}", "", '","', "é\n🙂"];
    const result = set("page:\n  rows: 5\n", items);
    const fileText = result.kind === "edited" ? result.text : "";
    const { config } = await loadConfig({
      fileText,
      trust: trustIn([{ key: "worker.command", value: items }]),
      environment: {},
      flags: [],
    });
    expect(config.worker.command).toEqual(items);
    expect(config.page.rows).toBe(5);
  });
});

test.each<[string, string, number, RegExp]>([
  [
    "a group in brackets with a comment",
    "page: {rows: 5}\nworker: {command: [x] # old\n  }\n",
    2,
    /has a comment/,
  ],
  ["a text where the group is", "page:\n  rows: 5\nworker: x\n", 3, /worker: these are not keys on lines/],
  ["the whole file in brackets", "{worker: {}}\n", 1, /not keys on lines/],
  ["an anchor", "worker:\n  command: &c [x]\n", 2, /an anchor/],
  ["keys where the list is", "worker:\n  command:\n    a: b\n", 2, /neither a list nor a text/],
])("what cannot be changed for sure is refused with its line: %s", (_, text, line, why) => {
  const result = set(text);
  expect(result).toMatchObject({ kind: "refused", line });
  if (result.kind === "refused") expect(result.message).toMatch(why);
});

describe("K65: a named worker is written, and all comments stay", () => {
  const edits = (changes: Readonly<Record<string, SettingEdit["value"]>> = {}): readonly SettingEdit[] => [
    { path: ["workers", "default"], value: "quick" },
    ...Object.entries({ kind: "claude", ...changes }).map(([key, value]): SettingEdit => {
      return { path: ["workers", "quick", key], value };
    }),
  ];

  test.each<[string, string, Readonly<Record<string, SettingEdit["value"]>>, string]>([
    [
      "an empty file",
      "",
      { permissions: "full", model: "claude-opus-5.5" },
      'workers:\n  default: quick\n  quick:\n    kind: claude\n    permissions: full\n    model: "claude-opus-5.5"\n',
    ],
    [
      "beside others",
      "workers: # ours\n    careful: # c\n        kind: codex # k\n    # end\npage: {}\n",
      {},
      "workers: # ours\n    careful: # c\n        kind: codex # k\n    default: quick\n    quick:\n      kind: claude\n    # end\npage: {}\n",
    ],
    [
      "one that is there",
      "workers:\n  quick:\n    # why\n    kind: codex # k\n    wrap: [docker]\n  default: careful # d\n",
      { selectable: true },
      "workers:\n  quick:\n    # why\n    kind: claude # k\n    wrap: [docker]\n    selectable: true\n  default: quick # d\n",
    ],
    [
      "one in braces",
      'workers:\n  quick: { kind: codex, variables: {A: "1", "b c": "2"}, args: [-x] } # q\n  default: quick\n',
      { args: ["-y", "--z"] },
      'workers:\n  quick: { kind: claude, variables: { "A": "1", "b c": "2" }, args: ["-y", "--z"] } # q\n  default: quick\n',
    ],
    [
      "what it says already",
      "workers: {default: quick, quick: {kind: claude}}\n",
      {},
      "workers: {default: quick, quick: {kind: claude}}\n",
    ],
    [
      "an empty one",
      "workers:\n  default: quick\n  quick:\n",
      {},
      "workers:\n  default: quick\n  quick:\n    kind: claude\n",
    ],
  ])("%s", (_, before, changes, after) => {
    expect(setInConfig(before, edits(changes))).toEqual({ kind: "edited", text: after });
  });

  test.each(["true", "No", "1", "1e3", "0x1", "~", "null", "a b", "a: b", "# c", "é", "", "-", "a-b", "Y"])(
    "the model %j is read back as it is",
    async (model) => {
      const result = setInConfig("", edits({ model }));
      const text = result.kind === "edited" ? result.text : "";
      expect(parseConfigFile(text)).toEqual({
        workers: { default: "quick", quick: { kind: "claude", model } },
      });
    },
  );

  test.each([
    ["worker:\n  # why\n  command: [x] # c\n  log_max_mb: 5\n", "worker:\n  # why\n  log_max_mb: 5\n"],
    ["worker:\n  command:\n    - x\n    # y\n    - z\n# end\n", "worker:\n# end\n"],
    ["worker: { command: [x] } # w\n", "worker: {} # w\n"],
    ["worker: { command: [x], log_max_mb: 5 }\n", "worker: { log_max_mb: 5 }\n"],
    ["page: {}\n", "page: {}\n"],
  ])("a key is taken away: %j", (before, after) => {
    const edit: SettingEdit = { path: ["worker", "command"], value: null };
    expect(setInConfig(before, [edit])).toEqual({ kind: "edited", text: after });
  });

  test("a file in braces is refused", () => {
    expect(setInConfig("workers: {default: x, quick: {kind: codex}}\n", edits())).toMatchObject({
      kind: "refused",
      line: 1,
    });
    expect(setInConfig("{workers: {}}\n", edits())).toMatchObject({ kind: "refused", line: 1 });
  });
});
