import { describe, expect, test } from "vitest";
import type { RelativePath } from "../contract/task.ts";
import { editTask, type TaskEdit } from "./edit-task.ts";
import { parseTask } from "./parse-task.ts";

const FILE = "tasks/workstreams/infra/tasks/fix-it.md" as RelativePath;

/** Front matter with the two keys that every task has, and a body. */
const file = (yaml: string, body = "\n## Problem\n\nText.\n") =>
  `---\ntitle: Fix it\nstatus: ready\n${yaml}---\n${body}`;

const text = (key: string, value: string): TaskEdit => ({ kind: "text", key, text: value });
const list = (key: string, ...items: readonly string[]): TaskEdit => ({ kind: "list", key, items });
const remove = (key: string): TaskEdit => ({ kind: "remove", key });

function edited(before: string, ...edits: readonly TaskEdit[]): string {
  const result = editTask(FILE, before, edits);
  if (result.kind === "refused") throw new Error(`${result.line}: ${result.message} ${result.hint}`);
  return result.text;
}

describe("T1: one key changes, every other byte stays", () => {
  test.each<[string, string, TaskEdit, string]>([
    ["a plain value", "owner: dave\n", text("owner", "mia"), "owner: mia\n"],
    ["with its comment", "owner: dave   # on holiday\n", text("owner", "mia"), "owner: mia   # on holiday\n"],
    ["double quotes stay", 'owner: "dave" # x\n', text("owner", "mia"), 'owner: "mia" # x\n'],
    ["single quotes stay", "owner: 'dave'\n", text("owner", "o'neil"), "owner: 'o''neil'\n"],
    ["quotes where YAML needs them", "owner: dave\n", text("owner", "a: b"), 'owner: "a: b"\n'],
    ["none where it does not", "owner: dave\n", text("owner", "2026-03-24"), "owner: 2026-03-24\n"],
    ["an empty value", "owner:\nid: X\n", text("owner", "mia"), "owner: mia\nid: X\n"],
    ["an empty value with a comment", "owner:  # who?\n", text("owner", "mia"), "owner: mia  # who?\n"],
    ["a quoted key", '"owner": dave\n', text("owner", "mia"), '"owner": mia\n'],
    ["blanks around the colon", "owner   :   dave\n", text("owner", "mia"), "owner   :   mia\n"],
    [
      "a text over lines",
      "description: one\n  two\nid: X\n",
      text("description", "3"),
      "description: 3\nid: X\n",
    ],
    [
      "a block of text, its comment and the blank line below it stay",
      "description: |  # long\n  one\n\n  two\n\nid: X\n",
      text("description", "short"),
      'description: "short"  # long\n\nid: X\n',
    ],
    ["a value on the next line", "owner: # c\n  dave\n", text("owner", "mia"), "owner: # c\n  mia\n"],
    ["a new key goes to the end", "owner: dave\n# end\n", text("id", "X"), "owner: dave\n# end\nid: X\n"],
    ["an unknown key", "x-tool: {a: [1]}\n", text("owner", "mia"), "x-tool: {a: [1]}\nowner: mia\n"],
    ["a key is removed with its line", "a: 1\nowner: dave # x\nb: 2\n", remove("owner"), "a: 1\nb: 2\n"],
    ["an empty key is removed", "a: 1\nowner:\nb: 2\n", remove("owner"), "a: 1\nb: 2\n"],
    [
      "a list is removed, the comment above it stays",
      "# why\ndependencies: # x\n  - a\n  # y\n  - b\n# z\nb: 2\n",
      remove("dependencies"),
      "# why\n# z\nb: 2\n",
    ],
    [
      "a group of keys is removed",
      "meta:\n  a: |\n    x\n  b: [1,\n    2]\nz: 1\n",
      remove("meta"),
      "z: 1\n",
    ],
    ["a flow group is removed", "meta: {a: 1} # c\nz: 1\n", remove("meta"), "z: 1\n"],
    ["a block of text is removed", "description: >-\n  one\n  two\nz: 1\n", remove("description"), "z: 1\n"],
    ["what is not there is not removed", "z: 1\n", remove("owner"), "z: 1\n"],
  ])("%s", (_, before, edit, after) => {
    expect(edited(file(before), edit)).toBe(file(after));
  });

  test.each<[string, string, TaskEdit, string]>([
    ["a new list", "", list("dependencies", "a", "b"), "dependencies:\n  - a\n  - b\n"],
    ["an empty value", "dependencies:\n", list("dependencies", "a"), "dependencies:\n  - a\n"],
    ["an empty new list", "", list("dependencies"), "dependencies: []\n"],
    [
      "entries that stay keep line, quotes and comment",
      'dependencies:  # needs\n    - a # first\n    # between\n    - "b"\n    - c\nz: 1\n',
      list("dependencies", "d", "b", "a"),
      'dependencies:  # needs\n    - a # first\n    # between\n    - "b"\n    - d\nz: 1\n',
    ],
    [
      "all entries replaced",
      "dependencies:\n- a\n- b\nz: 1\n",
      list("dependencies", "c"),
      "dependencies:\n- c\nz: 1\n",
    ],
    ["emptied", "dependencies: # x\n  - a\nz: 1\n", list("dependencies"), "dependencies: [] # x\nz: 1\n"],
    [
      "an empty entry goes",
      "dependencies:\n  -\n  - a\n",
      list("dependencies", "a"),
      "dependencies:\n  - a\n",
    ],
    [
      "in brackets it stays so",
      "dependencies: [a, 'b', c] # x\n",
      list("dependencies", "b", "x, y"),
      "dependencies: ['b', \"x, y\"] # x\n",
    ],
    [
      "brackets over lines",
      "dependencies: [\n  a,\n  b,\n  ]\n",
      list("dependencies", "b"),
      "dependencies: [b]\n",
    ],
    [
      "one text for a list",
      "dependencies: a # x\n",
      list("dependencies", "a", "b"),
      "dependencies: # x\n  - a\n  - b\n",
    ],
    ["one text for an empty list", "dependencies: a # x\n", list("dependencies"), "dependencies: [] # x\n"],
  ])("a list: %s", (_, before, edit, after) => {
    expect(edited(file(before), edit)).toBe(file(after));
  });

  test("CRLF, a byte order mark and a missing last line break stay; new lines end as those around them", () => {
    const before =
      "\uFEFF---\r\ntitle: Fix it\r\nstatus: ready # s\r\ndependencies:\r\n- a\r\n---\r\n\r\nText";
    const after = edited(
      before,
      text("owner", "mia"),
      list("dependencies", "a", "b"),
      text("status", "blocked"),
    );
    expect(after).toBe(
      "\uFEFF---\r\ntitle: Fix it\r\nstatus: blocked # s\r\ndependencies:\r\n- a\r\n- b\r\nowner: mia\r\n---\r\n\r\nText",
    );
  });

  test("mixed line ends, blanks at line ends and indented keys stay", () => {
    const before = "---  \n  title: Fix it  \r\n  status: ready\t\n\r\n  x: 1\n--- \r\nBody\r";
    expect(edited(before, text("owner", "mia"))).toBe(
      "---  \n  title: Fix it  \r\n  status: ready\t\n\r\n  x: 1\n  owner: mia\n--- \r\nBody\r",
    );
  });

  test("front matter with comments only, or nothing, takes a key", () => {
    expect(edited("---\n# nothing\n---\n", text("status", "ready"), text("title", "T"))).toBe(
      "---\n# nothing\nstatus: ready\ntitle: T\n---\n",
    );
    expect(edited("---\r\n---\r\n", text("status", "ready"), text("title", "T"))).toBe(
      "---\r\nstatus: ready\r\ntitle: T\r\n---\r\n",
    );
  });
});

describe("what cannot be edited for sure is refused with line, cause and remedy", () => {
  test.each<[string, string, TaskEdit, number | null, RegExp, RegExp]>([
    ["no front matter", "# Title\n", text("owner", "x"), 1, /no front matter/, /Start the file with/],
    ["broken YAML", file("owner: [a\n"), text("id", "x"), 5, /cannot be read as YAML/, /Close it/],
    ["a conflict", file("<<<<<<< a\n=======\n"), text("id", "x"), 4, /merge conflict/, /Keep one side/],
    [
      "a key twice",
      file("owner: a\nowner: b\n"),
      text("owner", "x"),
      5,
      /owner is written more than/,
      /Delete one/,
    ],
    ["an alias", file("x: &o dave\nowner: *o\n"), text("owner", "x"), 5, /owner is an alias/, /by hand/],
    ["an anchor", file("owner: &o dave\nx: *o\n"), text("owner", "x"), 4, /an anchor \(&o\)/, /by hand/],
    [
      "an anchor to remove",
      file("owner: &o dave\nx: *o\n"),
      remove("owner"),
      4,
      /an anchor \(&o\)/,
      /by hand/,
    ],
    ["a tag", file("owner: !!str dave\n"), text("owner", "x"), 4, /a tag \(!!str\)/, /by hand/],
    ["a long form key", file("? owner\n: dave\n"), text("owner", "x"), 4, /long form/, /by hand/],
    ["a list for a text", file("owner: [a]\n"), text("owner", "x"), 4, /owner is a list/, /by hand/],
    ["keys for a text", file("owner:\n  a: b\n"), text("owner", "x"), 4, /a group of keys/, /by hand/],
    [
      "keys for a list",
      file("dependencies:\n  a: b\n"),
      list("dependencies", "x"),
      4,
      /is not a list/,
      /by hand/,
    ],
    [
      "an alias in a list",
      file("x: &a y\ndependencies:\n  - *a\n"),
      list("dependencies", "x"),
      6,
      /not one text/,
      /./,
    ],
    [
      "a comment in brackets",
      file("dependencies: [a, # x\n b]\n"),
      list("dependencies", "x"),
      4,
      /comment/,
      /./,
    ],
    [
      "keys on one line",
      "---\n{title: A, status: ready}\n---\n",
      text("owner", "x"),
      2,
      /on separate lines/,
      /./,
    ],
    ["an invisible character", file(""), text("owner", "a\u202Eb"), null, /U\+202E/, /Remove the character/],
    ["a control character", file(""), text("owner", "a\u0007b"), null, /U\+0007/, /Remove the character/],
    ["a key that is none", file(""), text("a: b", "x"), null, /"a: b" cannot be a key/, /letters/],
    ["a required key", file(""), remove("status"), null, /no status/, /Add status/],
    ["an unknown status", file(""), text("status", "redy"), null, /"redy" is not one of/, /mean ready/],
  ])("%s", (_, before, edit, line, why, remedy) => {
    const result = editTask(FILE, before, [edit]);
    expect(result).toMatchObject({ kind: "refused", line });
    if (result.kind !== "refused") return;
    expect(result.message).toMatch(why);
    expect(result.hint).toMatch(remedy);
  });

  test("an edit that would change another key's value is refused", () => {
    const before = file("a: |+\n  x\nowner: dave\n\nb: 1\n");
    expect(editTask(FILE, before, [remove("owner")])).toMatchObject({
      kind: "refused",
      message: expect.stringContaining("more of the file than requested"),
    });
  });

  test("of several edits all are made, or none", () => {
    const result = editTask(FILE, file("owner: *x\n"), [text("id", "X"), text("owner", "mia")]);
    expect(result.kind).toBe("refused");
  });
});

describe("gates", () => {
  const BODY =
    "\n## QA Exploration\n\n- [ ] QA exploration completed (or N/A for non-UI tasks)\n\n## Review Feedback\n\n* [ ]  **Review cleared**\n1. [X] other\n";
  const tick = (gate: "qa_exploration" | "review_cleared", addMissing = false): TaskEdit => ({
    kind: "tick_gate",
    gate,
    addMissing,
  });

  test("T1: ticking changes one character", () => {
    const before = file("", BODY);
    expect(edited(before, tick("review_cleared"))).toBe(before.replace("* [ ]  **Review", "* [x]  **Review"));
    expect(edited(before, tick("qa_exploration"))).toBe(before.replace("- [ ] QA", "- [x] QA"));
  });

  test("a gate that stands twice is ticked twice; one that is ticked stays as it is", () => {
    const before = file("", `${BODY}- [x] Review cleared\n- [ ] review cleared.\n`);
    const after = edited(before, tick("review_cleared"), tick("review_cleared"));
    expect(parseTask(FILE, after).spec.gates.review_cleared).toBe("ticked");
    expect(after.match(/\[x\]/g)).toHaveLength(3);
  });

  test("boxes in fences and comments are not ticked", () => {
    const before = file("", `\n\`\`\`\n- [ ] Review cleared\n\`\`\`\n${BODY}`);
    expect(edited(before, tick("review_cleared"))).toContain("```\n- [ ] Review cleared\n```");
  });

  test.each<[string, string, string]>([
    [
      "below its heading",
      "\n## Review Feedback\n\nNice.\n\n## Notes\n",
      "\n## Review Feedback\n\n- [x] Review cleared\n\nNice.\n\n## Notes\n",
    ],
    [
      "with text right below",
      "\n## review feedback\nNice.\n",
      "\n## review feedback\n\n- [x] Review cleared\n\nNice.\n",
    ],
    ["at the end of the file", "\n## Review Feedback", "\n## Review Feedback\n\n- [x] Review cleared"],
    [
      "at the end, with a line break",
      "\n## Review Feedback\n",
      "\n## Review Feedback\n\n- [x] Review cleared\n",
    ],
    ["without its section", "\nText.\n", "\nText.\n\n## Review Feedback\n\n- [x] Review cleared\n"],
    ["without a line break", "\nText.", "\nText.\n\n## Review Feedback\n\n- [x] Review cleared\n"],
  ])("one that is not there is added when asked: %s", (_, body, after) => {
    expect(editTask(FILE, file("", body), [tick("review_cleared")])).toMatchObject({
      kind: "refused",
      message: 'There is no check box "Review cleared".',
    });
    expect(edited(file("", body), tick("review_cleared", true))).toBe(file("", after));
  });

  test("one that would land in an open fence is refused", () => {
    const result = editTask(FILE, file("", "\n```\ncode\n"), [tick("review_cleared", true)]);
    expect(result.kind).toBe("refused");
  });

  test("a completed task with a recorded waiver is not flagged", () => {
    const done = file("completed_by: dave\ncompleted: 2026-03-24\n", BODY).replace("ready", "completed");
    expect(parseTask(FILE, done).problems).toHaveLength(2);
    const waived = editTask(FILE, done, [text("gates_waived", "no UI")]);
    expect(waived).toMatchObject({ kind: "edited", changed: ["gates_waived"] });
    if (waived.kind === "edited") expect(parseTask(FILE, waived.text).problems).toEqual([]);
  });
});

test("what changed is named; what said so before is not", () => {
  const before = file("owner: dave\n", "\n- [ ] Review cleared\n");
  const edits = [text("owner", "dave"), text("priority", "p1"), remove("id")];
  const tick: TaskEdit = { kind: "tick_gate", gate: "review_cleared", addMissing: false };
  expect(editTask(FILE, before, [...edits, tick])).toMatchObject({ changed: ["priority", "review_cleared"] });
  expect(editTask(FILE, before, [text("owner", "dave")])).toMatchObject({ text: before, changed: [] });
});

test.each(["-", "~", "/", ">", "?", "1"])(
  "T11: ticking a gate marked [%s] changes that very box, and adds none",
  (mark) => {
    const before = `---\ntitle: a\nstatus: ready\n---\n## Review Feedback\n\n- [${mark}] Review cleared\n`;
    const tick = { kind: "tick_gate", gate: "review_cleared", addMissing: true } as const;
    expect(edited(before, tick)).toBe(before.replace(`[${mark}]`, "[x]"));
  },
);
