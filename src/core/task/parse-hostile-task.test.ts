// Files made to hurt: what they may cost is bounded, and what they say is data.

import { describe, expect, test } from "vitest";
import type { ParsedTask, RelativePath, TaskSpec } from "../contract/task.ts";
import { parseTask } from "./parse-task.ts";

const FILE = "tasks/workstreams/infra/tasks/fix-the-page.md" as RelativePath;

const parse = (text: string): ParsedTask => parseTask(FILE, text);

/** A valid open task, so that only what a test adds can be wrong. */
const task = (keys: string, body = "") => `---\ntitle: Fix the page\nstatus: ready\n${keys}\n---\n${body}`;

/** `line code` of each problem, in order. */
const problemsIn = ({ problems }: ParsedTask) => problems.map(({ line, code }) => `${line ?? "-"} ${code}`);

describe("S13: other front matter languages are refused and nothing runs", () => {
  test.each([
    ["---js\nmodule.exports = { title: process.exit(9) }\n---\n", "js"],
    ["--- javascript\n({})\n---\n", "javascript"],
    ["---json\n{}\n---\n", "json"],
    ["---yaml\ntitle: x\n---\n", "yaml"],
    ["+++\ntitle = 'x'\n+++\n", "toml"],
    [";;;\n{}\n;;;\n", "json"],
  ])("%j", (text, language) => {
    const parsed = parse(text);
    expect(parsed.readable).toBe(false);
    expect(problemsIn(parsed)).toEqual(["1 front_matter_language"]);
    expect(parsed.problems[0]?.message).toContain(`marked as "${language}"`);
  });
});

describe("S14: keys that JavaScript would act on are only keys", () => {
  test.each([
    "__proto__: {polluted: yes}",
    "__proto__:\n  polluted: yes",
    "constructor: {prototype: {polluted: yes}}",
    "toString: x\nhasOwnProperty: y",
    '"__proto__": x',
  ])("%j", (keys) => {
    const parsed = parse(task(keys));
    expect(parsed).toMatchObject({ readable: true, problems: [] });
    expect(Object.getPrototypeOf(parsed.spec)).toBe(Object.prototype);
    expect(Object.keys(parsed.spec.lines)).toEqual(["title", "status"]);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });
});

describe("S15: bombs are flagged without being set off", () => {
  /** Far above what any takes; a bomb that goes off takes minutes or all memory. */
  const PATIENCE_MS = 5_000;
  const laughs = Array.from(
    { length: 30 },
    (_, n) => `l${n}: &l${n} [${n === 0 ? "x" : `*l${n - 1}, *l${n - 1}`}]`,
  );

  test.each<[string, string, string | null]>([
    ["aliases of aliases", task(`${laughs.join("\n")}\nowner: *l29`), "34 yaml_alias"],
    ["5,000-deep nesting", task(`a: ${"[".repeat(5_000)}${"]".repeat(5_000)}`), "4 yaml_invalid"],
    [
      "300-deep keys",
      task(`a:\n${Array.from({ length: 300 }, (_, n) => `${" ".repeat(n + 1)}k:`).join("\n")}`),
      "23 yaml_invalid",
    ],
    ["tags and anchors before every value", task(`a: ${"&a !t ".repeat(2_000)}x`), "4 yaml_invalid"],
    ["50 MB", task("", "x\n".repeat(25_000_000)), "- file_too_large"],
    ["front matter of a megabyte", task(`description: ${"x".repeat(900_000)}`), "1 front_matter_too_large"],
    ["a line of nearly a megabyte", task("", `# ${" ".repeat(900_000)}x`), null],
    ["a heading of blanks", task("", `## a${" #".repeat(400_000)}x`), null],
    ["a fence of backticks", task("", "`".repeat(900_000)), null],
    ["6,000 keys", task(Array.from({ length: 6_000 }, (_, n) => `k${n}: v`).join("\n")), null],
    ["10,000 links", task("", "[a](b) ".repeat(10_000)), null],
    ["100,000 boxes", task("", "- [ ] a\n".repeat(100_000)), null],
    ["100,000 openings of conflicts", task("", "<<<<<<< a\n".repeat(90_000)), null],
    ["unclosed comments", task("", "<!-- a\n".repeat(100_000)), null],
    [
      "1,000 dependencies",
      task(`dependencies:\n${Array.from({ length: 1_000 }, (_, n) => `- t${n}`).join("\n")}`),
      "205 list_too_long",
    ],
    [
      "300 sections",
      task("", Array.from({ length: 300 }, (_, n) => `## s${n}`).join("\n")),
      "206 sections_too_many",
    ],
  ])(
    "%s",
    (_, text, found) => expect(problemsIn(parse(text))).toEqual(found === null ? [] : [found]),
    PATIENCE_MS,
  );

  test("of many problems, errors come first and the rest is counted", () => {
    const text = `---\nstatus: completed\npriority: x\n---\n${"- [ ] Review cleared\n".repeat(10_000)}`;
    const { problems } = parse(text);
    expect(problems).toHaveLength(21);
    expect(problems[0]?.code).toBe("priority_unknown");
    expect(problems.at(-1)?.message).toBe("The file has 9984 more problems.");
  });

  test("a title of a thousand words is cut", () => {
    const { spec, problems } = parse(`---\ntitle: ${"x".repeat(5_000)}\nstatus: ready\n---\n`);
    expect(spec.title).toBe(`${"x".repeat(1_000)}…`);
    expect(problems).toMatchObject([{ code: "value_too_long", severity: "warning", line: 2 }]);
  });
});

describe("S16: odd text is read as it is", () => {
  test.each<[string, string, Partial<TaskSpec>]>([
    [
      "CRLF",
      task("owner: dave", "\n## Plan\n- [x] a\n").replaceAll("\n", "\r\n"),
      { owner: "dave", sections: [{ heading: "Plan", line: 7, ticked: 1, dropped: 0, total: 1 }] },
    ],
    ["a byte order mark", `\uFEFF${task("owner: dave")}`, { owner: "dave" }],
    [
      "blanks behind the markers",
      "--- \ntitle: x\nstatus: ready\n---\t\n## Plan\n",
      { sections: [{ heading: "Plan", line: 5, ticked: 0, dropped: 0, total: 0 }] },
    ],
    ["emoji and joiners", task("owner: 👩‍🚀 dave"), { owner: "👩‍🚀 dave" }],
    ["right to left", task("owner: דוד"), { owner: "דוד" }],
    [
      "quotes and markup",
      task(`owner: '"><script>alert(1)</script>'`),
      { owner: '"><script>alert(1)</script>' },
    ],
    ["a value like a flag", task("owner: --upload-pack=x"), { owner: "--upload-pack=x" }],
    ["no line feed at the end", "---\ntitle: x\nstatus: ready\n---", { title: "x", sections: [] }],
    [
      "--- inside the body",
      task("", "\n---\n## Plan\n"),
      { sections: [{ heading: "Plan", line: 8, ticked: 0, dropped: 0, total: 0 }] },
    ],
    [
      "a blank first line of keys",
      "---\n\ntitle: x\nstatus: ready\n---\n## Plan\n",
      { lines: { title: 3, status: 4 } },
    ],
  ])("%s", (_, text, expected) => {
    const parsed = parse(text);
    expect(problemsIn(parsed)).toEqual([]);
    expect(parsed.spec).toMatchObject(expected);
  });
});

describe("S15, T9: YAML as long as front matter may be is read in time proportional to its length", () => {
  const LONGEST = 390_000;
  test.each([
    ["a list in brackets", "a: [", "b,", "]"],
    ["aliases", "a: &x y\nb: [", "*x,", "]"],
    ["empty tags", "a: [", "!t,", "]"],
    ["keys in braces", "a: {", "b,", "}"],
    ["long keys without a value", "", "? a\n", ""],
    ["a key again and again", "", "a: b\n", ""],
  ])("%s", (_, start, piece, end) => {
    const cpuMs = (length: number) => {
      const text = `---\n${start}${piece.repeat(length / piece.length)}${end}\n---\n`;
      const before = process.cpuUsage();
      parse(text);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1_000;
    };
    const small = Math.max(cpuMs(LONGEST / 10), 5);
    // Ten times the text: what grows with the square takes a hundred times as long.
    expect(cpuMs(LONGEST)).toBeLessThan(30 * small);
  });
});
