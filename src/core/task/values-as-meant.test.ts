// Files that say one thing and are read as another, in words people and other tools use. Each is reported with the line and
// what to write instead; none is guessed at.

import { describe, expect, test } from "vitest";
import type { RelativePath } from "../contract/task.ts";
import { parseTask } from "./parse-task.ts";

const FILE = "tasks/workstreams/web/tasks/a.md" as RelativePath;

const parse = (keys: string, body = "") => parseTask(FILE, `---\nstatus: ready\n${keys}\n---\n${body}`);

/** `line code: hint` of each found, a missing title aside. */
function problemsIn(keys: string): readonly string[] {
  return parse(keys)
    .problems.filter(({ code }) => code !== "title_missing")
    .map(({ line, code, hint }) => `${line} ${code}: ${hint}`);
}

const ELSE_OWN_LINE = "; if not, move the comment to another line.";

describe("T4: a text that YAML cuts or changes is a warning with the line and the text to write", () => {
  test.each([
    ["title: fix #42 and more", "fix", `title: "fix #42 and more"`],
    ["title: fix\t#42", "fix", "the value of title in double quotes"],
    ["title: #42 broken", null, `title: "#42 broken"`],
    ["description: see #42 # twice", "see", `description: "see #42 # twice"`],
    ["pr_number: #12", null, `pr_number: "#12"`],
    ["owner: #web", null, `owner: "#web"`],
    ["dependencies: #12", null, `dependencies: "#12"`],
  ])("a comment: %j", (keys, read, hint) => {
    const key = keys.slice(0, keys.indexOf(":"));
    expect(problemsIn(keys)).toEqual([
      `3 value_changed: If it belongs to the value, write ${hint}${ELSE_OWN_LINE}`,
    ]);
    const [found] = parse(keys).problems;
    expect(found?.severity).toBe("warning");
    expect(found?.message).toContain(read === null ? `so ${key} is empty` : `so ${key} is read as "${read}"`);
  });

  test.each([
    ["title: &foo bar", `Write title: "&foo bar".`],
    ["title: !important fix", `Write title: "!important fix".`],
    ['title: "C:\\new"', "Write title: 'C:\\new', or double each backslash."],
    ['title: "a\\tb" # c', "Write title: 'a\\tb', or double each backslash."],
  ])("an anchor, a tag, an escape: %j", (keys, hint) => {
    expect(problemsIn(keys)).toEqual([`3 value_changed: ${hint}`]);
  });

  test("keys below a line that ends the YAML are not read, and that is an error", () => {
    expect(problemsIn("title: a\n...\nowner: dave")).toEqual([
      "4 front_matter_ended_early: Delete the line.",
    ]);
    expect(problemsIn("title: a\n...")).toEqual([]);
  });

  test.each([
    "title: a#b",
    'title: "a # b" # c',
    "title: !!str a",
    "title: >\n  folded\n  text",
    "priority: p1 # for now",
    "owner: # not yet",
    "dependencies: # these\n  - a # first",
  ])("what is as it was meant is no found: %j", (keys) => expect(problemsIn(keys)).toEqual([]));

  test.each(["2026-01-01", "yes", "1e3", "010", "0x1F", "1_000", ".inf"])(
    "the text %s stays what it is, as a title and as a dependency",
    (text) => {
      const { spec, problems } = parse(`title: ${text}\ndependencies: [${text}]`);
      expect(spec).toMatchObject({ title: text, dependencies: [text] });
      expect(problems).toEqual([]);
    },
  );

  test.each(["title: null", "title: ~", "title:", "title: ''"])(
    "a title that is read as nothing is said: %j",
    (keys) => {
      expect(parse(keys).problems.map(({ line, code }) => [line, code])).toEqual([[3, "title_missing"]]);
    },
  );
});

describe("T5: a value that is no YAML is an error that gives the line to write", () => {
  test.each([
    ["title: Fix: the page", `Put the value in quotes: title: "Fix: the page".`],
    ["title: *star* thing", `Put the value in quotes: title: "*star* thing".`],
    ["title: @x does", `Put the value in quotes: title: "@x does".`],
    ["title: %a", `Put the value in quotes: title: "%a".`],
    ["title: | a", `Put the value in quotes: title: "| a".`],
    ["title: > 5 items", `Put the value in quotes: title: "> 5 items".`],
    ["title: - a", `Put the value in quotes: title: "- a".`],
    ["title: [WIP] fix", `Put the value in quotes: title: "[WIP] fix".`],
    ['title: "C:\\dir"', "Use single quotes: title: 'C:\\dir'."],
    ["dependencies: - a", "Write each entry on a separate line below the key, after a dash."],
  ])("%j", (keys, hint) => expect(problemsIn(keys)).toEqual([`3 yaml_invalid: ${hint}`]));
});

describe("T8: words of other tools get a hint, and are never taken for ours", () => {
  test.each([
    ["depends_on: [a]", "dependencies"],
    ["dependsOn: a", "dependencies"],
    ["Blocked-By: a", "dependencies"],
    ["assignee: dave", "owner"],
    ["assignees: [dave]", "owner"],
    ["prio: 1", "priority"],
    ["sprint: 3", "milestone"],
    ["epic: search", "initiative"],
    ["name: Fix it", "title"],
    ["due: 2026-03-24", "a due date"],
    ["blocks: [b]", "the other side of a dependency"],
  ])("%j looks like %s", (keys, likeness) => {
    const { spec, problems } = parse(`title: a\n${keys}`);
    const isOurs = !likeness.includes(" ");
    if (likeness === "title") expect(problems).toEqual([]);
    else
      expect(problems).toMatchObject([
        {
          code: "key_foreign",
          line: 4,
          message: expect.stringContaining(
            `It looks like ${likeness}${isOurs ? ", which is missing." : "."}`,
          ),
        },
      ]);
    expect(spec).toMatchObject({ dependencies: [], owner: null, priority: null, milestone: null });
  });

  test.each(["depends_on: [a]\ndependencies: [b]", "assignee:", "tags: [x]\ntype: bug\ncreated: 2026-01-01"])(
    "nothing is said where ours is there too, nothing is lost, or there is nothing alike: %j",
    (keys) => expect(problemsIn(`title: a\n${keys}`)).toEqual([]),
  );

  test.each([
    ["owner: @dave", "yaml_invalid"],
    ["owner: [@dave]", "yaml_invalid"],
    ['owner: ["@dave"]', "value_not_text"],
  ])("an owner with @ or brackets gets the form to write: %j", (keys, code) => {
    expect(parse(keys).problems[0]).toMatchObject({ code, hint: expect.stringMatching(/owner: dave/) });
  });

  test.each([
    ["urgent", "p0"],
    ["High", "p1"],
    ["medium", "p2"],
    ["low", "p3"],
  ])("priority %s: did you mean %s?", (word, priority) => {
    expect(problemsIn(`priority: ${word}`)).toEqual([`3 priority_unknown: Did you mean ${priority}?`]);
  });
});

describe("T9: front matter that is not where it should be, or long", () => {
  test.each([
    ["\n---\nstatus: ready\n---\n", 2],
    ["\n\n---\nstatus: ready\n---\n", 3],
    ["<!-- draft -->\r\n---\r\nstatus: ready\r\n---\r\n", 2],
    ["# Title\n\n---\nstatus: ready\n---\n", 3],
  ])("%j opens too late, and the line is said", (text, line) => {
    expect(parseTask(FILE, text).problems).toMatchObject([
      { code: "front_matter_missing", message: expect.stringContaining(`starts on line ${line}`) },
    ]);
  });

  test("a rule further down is no front matter", () => {
    const [found] = parseTask(FILE, "# Title\n\n---\n\nText: here\n").problems;
    expect(found?.message).toBe("The file has no front matter: its first line is not ---.");
  });

  test("300,000 characters are read", () => {
    const { spec, problems } = parse(`title: a\ndescription: |\n${"  text\n".repeat(43_000)}owner: dave`);
    expect(spec).toMatchObject({ title: "a", owner: "dave" });
    expect(problems.map(({ code }) => code)).toEqual(["value_too_long"]);
  });
});
