import { describe, expect, test } from "vitest";
import { setListInConfig } from "./edit-config.ts";
import { trustIn } from "./guarded-settings.ts";
import { loadConfig } from "./load.ts";
import { starterConfig } from "./settings.ts";

const COMMAND = ["claude", "-p", "{prompt}"];
const WRITTEN = '["claude", "-p", "{prompt}"]';

const TRUST = trustIn([{ key: "worker.command", value: COMMAND }]);

const set = (text: string, items: readonly string[] = COMMAND) =>
  setListInConfig(text, { section: "worker", key: "command", items });

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
  ["the group in brackets", "page: {rows: 5}\nworker: {command: [x]}\n", 2, /no group of keys/],
  ["the whole file in brackets", "{worker: {}}\n", 1, /not keys on lines/],
  ["the group twice", "worker:\n  log_max_mb: 5\npage:\n  rows: 5\nworker:\n", 5, /more than once/],
  ["an anchor", "worker:\n  command: &c [x]\n", 2, /an anchor/],
  ["keys where the list is", "worker:\n  command:\n    a: b\n", 2, /no list/],
])("what cannot be changed for sure is refused with its line: %s", (_, text, line, why) => {
  const result = set(text);
  expect(result).toMatchObject({ kind: "refused", line });
  if (result.kind === "refused") expect(result.message).toMatch(why);
});
