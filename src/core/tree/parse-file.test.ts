import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { problemSchema } from "../contract/problem.ts";
import type { RelativePath } from "../contract/task.ts";
import { parseFile } from "./parse-file.ts";

const PATHS = {
  task: "tasks/workstreams/infra/tasks/fix-it.md",
  workstream: "tasks/workstreams/infra/index.md",
  initiative: "tasks/workstreams/infra/initiatives/launch/decisions.md",
  milestone: "tasks/milestones/m1.md",
  person: "tasks/team/dave.md",
  role: "tasks/team/roles/architect.md",
} as const;

function check(
  kind: keyof typeof PATHS,
  text: string,
  expected: object,
  problems: readonly string[] = [],
): void {
  const parsed = parseFile(PATHS[kind] as RelativePath, text);
  expect(parsed).toMatchObject({ kind, ...expected });
  expect(parsed.problems.map(({ line, code }) => `${line ?? "-"} ${code}`)).toEqual(problems);
}

describe("T3: files that are not tasks need no front matter", () => {
  test.each<[keyof typeof PATHS, string, object]>([
    [
      "workstream",
      "---\ntitle: Infra\nowner: dave\n---\n# Other\n",
      { slug: "infra", title: "Infra", owner: "dave" },
    ],
    ["workstream", "# Infra and tooling #1\n\n## Scope\n", { title: "Infra and tooling #1", owner: null }],
    ["workstream", "\uFEFF# Infra\r\n", { title: "Infra" }],
    ["workstream", "no heading\n", { title: null }],
    [
      "milestone",
      "---\ntitle: Pilot\ntarget: 2026-06-30\n---\n",
      { slug: "m1", title: "Pilot", target: "2026-06-30" },
    ],
    ["milestone", "---\ntarget_date: 2026-06-30\n---\n# Pilot\n", { title: "Pilot", target: "2026-06-30" }],
    [
      "initiative",
      "# Launch\n",
      { slug: "launch", workstream: "infra", document: "decisions", title: "Launch" },
    ],
    [
      "person",
      "---\nname: Dave Fowler\naliases: [davefowler, dave.fowler]\n---\n",
      { slug: "dave", name: "Dave Fowler", aliases: ["davefowler", "dave.fowler"] },
    ],
    ["person", "# Dave\n", { name: "Dave", aliases: [] }],
    [
      "role",
      "---\ntitle: Architect\nowner: dave\nfilled_by: ann\n---\n",
      { slug: "architect", owner: "dave", filledBy: "ann" },
    ],
    ["role", "---\nowner: dave\n---\n", { title: null, owner: "dave", filledBy: null }],
  ])("%s %j", (kind, text, expected) => check(kind, text, expected));
});

describe("T2: their problems are found too", () => {
  test.each<[keyof typeof PATHS, string, object, readonly string[]]>([
    ["workstream", "", { title: null }, ["- file_empty"]],
    ["workstream", "---\ntitle: a: b\n---\n", { title: null, owner: null }, ["2 yaml_invalid"]],
    ["milestone", "---\ntarget: soon\n---\n# M\n", { target: null, title: "M" }, ["2 date_invalid"]],
    ["initiative", "---\ntitle: [a]\n---\n", { title: null, document: "decisions" }, ["2 value_not_text"]],
    ["person", "---\naliases: dave\n---\n", { aliases: ["dave"] }, ["2 list_is_text"]],
    ["person", "<<<<<<< HEAD\n=======\n", { name: null, aliases: [] }, ["1 conflict_markers"]],
    ["role", "# Architect\n", { owner: null, title: "Architect" }, ["- role_without_owner"]],
    ["role", "---js\n---\n", { owner: null }, ["1 front_matter_language"]],
  ])("%s %j", (kind, text, expected, problems) => check(kind, text, expected, problems));
});

const GOOD = `---
id: M1-INFRA-001
title: "Fix: it"
status: completed
dependencies:
  - a-task
  - [b]
completed: 2026-03-24
notes: |
  text
---
# Fix it

## Plan
- [x] a
\`\`\`js
- [ ] no
\`\`\`
## Review Feedback
- [ ] Review cleared
`;

const pieces = fc.constantFrom(
  "---\n",
  "\n",
  ":",
  " ",
  "- ",
  "[",
  "]",
  "{",
  "'",
  '"',
  "#",
  "\t",
  "\r",
  "\0",
  "\uFEFF",
  "\uD800",
  "<<<<<<<",
  "=======\n",
  "```",
  "<!--",
  "&a ",
  "*a",
  "!t ",
  "? ",
  "|\n",
  "<<: ",
  "__proto__: ",
  "%YAML 1.2\n",
  "...\n",
  "🎉",
);

/** A good file with a few places cut out, doubled or filled with something odd. */
const mutated = fc
  .array(fc.tuple(fc.nat(GOOD.length), fc.nat(30), fc.oneof(pieces, fc.string({ maxLength: 5 }))), {
    maxLength: 5,
  })
  .map((edits) =>
    edits.reduce((text, [at, cut, put]) => text.slice(0, at) + put + text.slice(at + cut), GOOD),
  );

const arbitrary = fc.oneof(
  fc.string({ unit: "binary", maxLength: 300 }),
  fc
    .array(fc.oneof(pieces, fc.string({ maxLength: 8 })), { maxLength: 40 })
    .map((parts) => `---\n${parts.join("")}`),
  mutated,
);

test("S16: no text makes any parser throw, and every problem is well formed and in the file", () => {
  fc.assert(
    fc.property(fc.constantFrom(...Object.values(PATHS), "elsewhere.md"), arbitrary, (path, text) => {
      const parsed = parseFile(path as RelativePath, text);
      const lineCount = text.split(/\r\n|\r|\n/).length;
      for (const found of parsed.problems) {
        problemSchema.parse(found);
        expect(found.file).toBe(path);
        expect(found.line ?? 1).toBeLessThanOrEqual(lineCount);
        expect(`${found.message}${found.hint}`).not.toMatch(/undefined|NaN|\[object|\p{Cc}/u);
      }
      expect(JSON.parse(JSON.stringify(parsed))).toEqual(parsed);
    }),
    { numRuns: 5_000 },
  );
});
