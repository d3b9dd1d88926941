import fc from "fast-check";
import { CORE_SCHEMA, FAILSAFE_SCHEMA, load, nullCoreTag } from "js-yaml";
import { describe, expect, test } from "vitest";
import { rounds } from "../../../test/support/rounds.ts";
import type { FrontMatterEntry, FrontMatterValue } from "./front-matter-entry.ts";
import { readFullYaml } from "./read-full-yaml.ts";
import { readPlainYaml } from "./read-plain-yaml.ts";

/** js-yaml with texts left as texts: the schema both paths claim to read. */
const SCHEMA = FAILSAFE_SCHEMA.withTags(nullCoreTag);

const BLOCK_START = "---\n".length;

function readPlain(yaml: string) {
  const block = yaml === "" ? "" : `${yaml}\n`;
  return readPlainYaml(`---\n${block}---\n`, {
    start: BLOCK_START,
    end: BLOCK_START + block.length,
    line: 2,
  });
}

function check(yaml: string, expected: Record<string, unknown> | null): void {
  const plain = readPlain(yaml);
  expect(plain && asObject(plain.entries)).toEqual(expected);
  if (expected !== null) expect(load(yaml || "{}", { schema: SCHEMA })).toEqual(expected);
}

const asObject = (entries: readonly FrontMatterEntry[]) =>
  Object.fromEntries(entries.map(({ key, value }) => [key, plainValue(value)]));

function plainValue(value: FrontMatterValue): unknown {
  if (value === null || typeof value === "string") return value;
  return value.kind === "items" ? value.items : value.kind === "texts" ? value.texts : value;
}

/** The line of each entry of a list. */
const linesOf = (value: FrontMatterValue) =>
  value !== null && typeof value === "object" && "lines" in value ? value.lines : null;

describe("T3: the fast path reads the YAML that task files use", () => {
  test.each([
    ["title: Fix the page\nstatus: ready", { title: "Fix the page", status: "ready" }],
    ["completed: 2026-03-24", { completed: "2026-03-24" }],
    ["id: 007\ntitle: yes", { id: "007", title: "yes" }],
    ["a: 'it''s'\nb: \"x: y\"", { a: "it's", b: "x: y" }],
    ["a: ~\nb: null\nc:\nd: ''", { a: null, b: null, c: null, d: "" }],
    ["dependencies:\n  - a\n  - 'b c'\nnext: d", { dependencies: ["a", "b c"], next: "d" }],
    ["dependencies:\n- a\n\n# why\n- b\nnext: d", { dependencies: ["a", "b"], next: "d" }],
    ["dependencies: [a, \"b\", 'c']", { dependencies: ["a", "b", "c"] }],
    ["dependencies: []\nb: [x, ]", { dependencies: [], b: ["x"] }],
    ["status: ready # or not\n# all\n\nb: c#d", { status: "ready", b: "c#d" }],
    ["a: b\r\nlist:\r\n  - c\r", { a: "b", list: ["c"] }],
    ["url: https://example.org/a:b", { url: "https://example.org/a:b" }],
    ["title: naïve — über", { title: "naïve — über" }],
    ["", {}],
  ])("%j", (yaml, expected) => check(yaml, expected));
});

describe("T3: the fast path leaves to the full parser what it is not sure of", () => {
  test.each([
    "title: Fix: the page",
    "a: b\n  c",
    "a: b\na: c",
    "a: |\n  text",
    "a: &x b",
    "a: *x",
    "a: !!str b",
    "a: {b: c}",
    "a: [b, [c]]",
    "a: [b\n  ]",
    "a: 'b",
    'a: "b\\n"',
    "a: 'b' c",
    'a: "b #1"',
    "a: - b",
    "a:b",
    "a : b",
    "? a\n: b",
    "\ta: b",
    "a:\tb",
    "a: b\u0007",
    "a: \u202Eb",
    "a: 🎉",
    "a:\n  - b\n    c",
    "a:\n  - b\n - c",
    "a:\n  -\n",
    "a:\n  - b: c",
    "a:\n  - b\n  - b",
    "a:\n  b: c",
    "- a",
    "a: b\rc: d",
    "<<: a",
    "a #b: c",
    "... a: b",
  ])("%j", (yaml) => expect(readPlain(yaml)).toBeNull());
});

/** Front matters near the edge of what the fast path reads: good lines, odd lines, and joints between them. */
const scalar = fc.oneof(
  fc.constantFrom(
    "ready",
    "a b",
    "2026-03-24",
    "~",
    "null",
    "'x'",
    '"y"',
    "'it''s'",
    "''",
    "[a, b]",
    "[]",
    "[a,]",
  ),
  fc.constantFrom(
    "a: b",
    "a #b",
    "#x",
    "a#b",
    "'x' #c",
    "- a",
    "-a",
    "|",
    ">",
    "&a b",
    "*a",
    "!t b",
    "@a",
    "`a`",
    "%a",
  ),
  fc.constantFrom(
    '"a\\"b"',
    "[a, 'b,c']",
    "[a b, c: d]",
    '["a" b]',
    "{a: b}",
    "a:",
    "?a",
    "? a",
    ":a",
    "é—",
    "a\u0007",
    "🎉",
  ),
  fc.string({ maxLength: 12 }),
  fc.string({ unit: fc.constantFrom(..."ab:#'\"-[]{},& \t\r?|>"), maxLength: 10 }),
);
const space = fc.constantFrom("", " ", " ", " ", "  ", "\t");
const line = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(
        "a",
        "b",
        "c",
        "title",
        "a-b",
        "0",
        "x y",
        "a #b",
        "a#b",
        "... a",
        "? a",
        "a,b",
        "<<",
        "__proto__",
        "'q'",
      ),
      fc.constantFrom(":", ": ", ":  ", " : "),
      scalar,
      space,
    )
    .map((parts) => parts.join("")),
  fc
    .tuple(fc.constantFrom("", " ", "  ", "    "), fc.constantFrom("- ", "-", "-  "), scalar, space)
    .map((parts) => parts.join("")),
  fc.constantFrom("", "  ", "# note", "  # note", "a:", "b: ", "...", "--- x", "plain", "  plain"),
);
const yamlText = fc
  .tuple(fc.array(line, { maxLength: 7 }), fc.constantFrom("\n", "\n", "\n", "\r\n", "\r"))
  .map(([lines, feed]) => lines.join(feed));

test("T3, T4: whatever the fast path accepts, it reads exactly like js-yaml", () => {
  let accepted = 0;
  fc.assert(
    fc.property(yamlText, (yaml) => {
      const plain = readPlain(yaml);
      if (plain === null) return;
      accepted++;
      const full = readFullYaml("x.md", yaml, 2);
      if (full.kind !== "read") throw new Error(`js-yaml refuses it: ${full.problem.message}`);
      expect(full.problems).toEqual([]);
      expect(plain.entries.map(({ key, line }) => [key, line])).toEqual(
        full.entries.map(({ key, line }) => [key, line]),
      );
      expect(plain.entries.map(({ value }) => plainValue(value))).toEqual(
        full.entries.map(({ value }) => plainValue(value)),
      );
      expect(plain.entries.map(({ value, written }) => [linesOf(value), written])).toEqual(
        full.entries.map(({ value, written }) => [linesOf(value), written]),
      );
      if (full.entries.length > 0) expect(asObject(full.entries)).toEqual(load(yaml, { schema: SCHEMA }));
      expect(plain.lineAfter).toBe(yaml === "" ? 2 : 3 + (yaml.match(/\n/g)?.length ?? 0));
    }),
    { numRuns: rounds({ short: 20_000, full: 200_000 }), examples: [["a:  #"], ["a: # x"], ["a: x #"]] },
  );
  expect(accepted).toBeGreaterThan(1_000);
});

test("T3: a typical task file takes the fast path", () => {
  const yaml = [
    "id: INFRA_TOOLING-FIX_THE_PAGE",
    "title: Fix the page",
    "description: One sentence, with a comma; and a semicolon.",
    "status: in_progress",
    "priority: p1",
    "milestone: m1-pilot",
    "owner: sr-engineer-architect",
    "dependencies:",
    "  - other-task",
    "  - M1-INFRA-001",
    "pr_url: https://example.org/pull/12",
  ].join("\n");
  expect(readPlain(yaml)?.entries).toHaveLength(9);
  expect(load(yaml, { schema: CORE_SCHEMA })).toMatchObject({ status: "in_progress" });
});
