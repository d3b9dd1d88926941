import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { CommandContext, Flags } from "../../contract/command.ts";
import { system } from "../../contract/system.ts";
import { createOutput } from "../../print/output.ts";
import { command } from "./agents.ts";

let root: string;

beforeEach(() => {
  root = realpathSync.native(mkdtempSync(join(tmpdir(), "tasks-agents-")));
  mkdirSync(join(root, "tasks/workstreams/infra/tasks"), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));

/** What it printed; rejects as the command does. */
async function agents(words: readonly string[], flags: Flags = { yes: true }): Promise<string> {
  let printed = "";
  const stream = {
    write: (text: string) => {
      printed += text;
    },
  };
  const context: CommandContext = {
    system,
    output: createOutput({ stdout: stream, stderr: { write: () => {} }, environment: {} }),
    signal: new AbortController().signal,
    flags: { ...flags, repo: root },
    arguments: words,
    argument: words[0] ?? null,
    worker: null,
  };
  await command.run(context);
  return printed;
}

/** Every path below the repository with its content; a link with where it leads. */
function contents(folder = root): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    found[path.slice(folder.length + 1)] = entry.isFile() ? readFileSync(path, "utf8") : "";
  }
  return found;
}

const write = (path: string, text: string) => writeFileSync(join(root, path), text);

test("K62: install writes a section, a skill and a server, and uninstall removes exactly these again", async () => {
  write("AGENTS.md", "# Rules\n");
  write(".mcp.json", '{ "mcpServers": { "house": { "command": "h" } } }\n');
  mkdirSync(join(root, ".claude"));
  write(".claude/settings.json", "{}");
  const before = contents();
  const printed = await agents(["install"]);
  expect(printed).toContain("AGENTS.md:2\n+ \n+ <!-- tasks:begin");
  expect(printed).toContain("4 files changed.");
  const after = contents();
  expect(after["AGENTS.md"]).toMatch(/^# Rules\n\n<!-- tasks:begin[\s\S]*`tasks prime`/);
  expect(after[".claude/skills/tasks/SKILL.md"]).toMatch(/^---\nname: tasks\ndescription: /);
  expect(after[".agents/skills/tasks/SKILL.md"]).toBe(after[".claude/skills/tasks/SKILL.md"]);
  expect(JSON.parse(after[".mcp.json"] ?? "")).toEqual({
    mcpServers: { house: { command: "h" }, tasks: { command: "tasks", args: ["mcp"] } },
  });
  expect(await agents(["install"])).toContain("Everything is installed already.");
  await agents(["uninstall"]);
  expect(contents()).toEqual(before);
  expect(await agents(["uninstall"])).toContain("Nothing of it is installed.");
});

test("K62: without a terminal and without --yes the change is printed, and nothing is written", async () => {
  const before = contents();
  await expect(agents(["install"], {})).rejects.toMatchObject({ code: "usage", hint: "Add --yes." });
  expect(contents()).toEqual(before);
});

test("K62: only the parts that are named", async () => {
  await agents(["install", "mcp"]);
  expect(Object.keys(contents()).filter((path) => !path.startsWith("tasks"))).toEqual([".mcp.json"]);
  await expect(agents(["install", "hooks"])).rejects.toMatchObject({ code: "usage" });
});

test("K64: the change as JSON", async () => {
  const { files, written } = JSON.parse(await agents(["install", "mcp"], { yes: true, format: "json" }));
  expect(written).toBe(true);
  expect(files).toMatchObject([{ path: ".mcp.json", did: "created", line: 1, removed: [] }]);
});

test.each([
  [
    "a file that is a link",
    "AGENTS.md",
    (outside: string) => symlinkSync(join(outside, "file"), join(root, "AGENTS.md")),
  ],
  ["a dangling link", ".mcp.json", () => symlinkSync("/nowhere/at/all", join(root, ".mcp.json"))],
  [
    "a folder that is a link",
    ".claude/skills/tasks/SKILL.md",
    (outside: string) => symlinkSync(outside, join(root, ".claude")),
  ],
  ["a folder in a file's place", "AGENTS.md", () => mkdirSync(join(root, "AGENTS.md"))],
  [
    "bytes that are not UTF-8",
    "AGENTS.md",
    () => writeFileSync(join(root, "AGENTS.md"), Buffer.from([0xff, 0x41])),
  ],
  [
    "a skill of the same name",
    ".claude/skills/tasks/SKILL.md",
    () => {
      mkdirSync(join(root, ".claude/skills/tasks"), { recursive: true });
      write(".claude/skills/tasks/SKILL.md", "mine");
    },
  ],
])("K63: %s is refused, and nothing is written anywhere", async (_, path, arrange) => {
  const outside = mkdtempSync(join(tmpdir(), "tasks-outside-"));
  try {
    writeFileSync(join(outside, "file"), "theirs");
    arrange(outside);
    const before = [contents(), contents(outside)];
    await expect(agents(["install"])).rejects.toMatchObject({
      code: "edit_refused",
      message: expect.stringContaining(`${path}: `),
      hint: "Nothing was written.",
    });
    expect([contents(), contents(outside)]).toEqual(before);
  } finally {
    rmSync(outside, { recursive: true, force: true });
  }
});

test("K63: a file keeps its mode", async () => {
  writeFileSync(join(root, "AGENTS.md"), "x\n", { mode: 0o640 });
  await agents(["install", "instructions"]);
  expect(lstatSync(join(root, "AGENTS.md")).mode & 0o777).toBe(0o640);
});
