import { describe, expect, test } from "vitest";
import type { ParsedTask, RelativePath, TaskSpec } from "../contract/task.ts";
import { parseTask } from "./parse-task.ts";

const FILE = "tasks/workstreams/infra-tooling/tasks/fix-the-page.md" as RelativePath;

const parse = (text: string): ParsedTask => parseTask(FILE, text);

/** A valid open task, so that only what a test adds can be wrong. */
const task = (keys: string, body = "") => `---\ntitle: Fix the page\nstatus: ready\n${keys}\n---\n${body}`;

/** `line code` of each problem, in order. */
const problemsIn = ({ problems }: ParsedTask) => problems.map(({ line, code }) => `${line ?? "-"} ${code}`);

function check(text: string, expected: Partial<TaskSpec>, problems: readonly string[] = []): void {
  const parsed = parse(text);
  expect(problemsIn(parsed)).toEqual(problems);
  expect(parsed.spec).toMatchObject(expected);
  expect(parsed.readable).toBe(true);
}

/** Unreadable: one error, and a spec that is the file name only. */
function checkUnreadable(text: string, found: string): void {
  const parsed = parse(text);
  expect(problemsIn(parsed)).toEqual([found]);
  expect(parsed).toMatchObject({
    readable: false,
    problems: [{ severity: "error", file: FILE }],
    spec: { slug: "fix-the-page", workstream: "infra-tooling", title: null, status: null, sections: [] },
  });
}

const SEED = `---
id: INFRA_TOOLING-MAKE_TASKS_SERVER_STATUS_PAGE_USE_FRESH_HEARTBEAT_DATA_AND_AUTO_REFRESH
title: Make tasks server status page use fresh heartbeat data and auto-refresh
status: completed
priority: p1
milestone: m1-ft-analytics-analyst-pilot
owner: sr-engineer-architect
completed_by: dave
completed: 2026-03-24
---

# Make tasks server status page use fresh heartbeat data and auto-refresh

## Problem

Fix stale \`/status\` behavior — operators see current state.

## Context

1. **Stale data**: counts are old.

## Possible Solutions

### A. Run heartbeat inline

## Plan

## Implementation Progress

\`\`\`markdown
- [ ] not a box
## Not a section
\`\`\`

## QA Exploration

- [x] QA exploration completed (or N/A for non-UI tasks)

## Review Feedback

- [ ] Review cleared
`;

test("K5: a task's file may name the worker that is to work on it", () => {
  const named = (worker: string) => parse(`---\ntitle: x\nstatus: ready\nworker: ${worker}\n---\n`);
  expect(named("careful")).toMatchObject({ spec: { worker: "careful", lines: { worker: 4 } }, problems: [] });
  expect(named("").spec.worker).toBeNull();
  expect(named("[a, b]")).toMatchObject({ spec: { worker: null }, problems: [{ line: 4 }] });
});

test("T3: the seed's own task is read in full, and flagged where it breaks the rules", () => {
  const parsed = parseTask(
    "tasks/workstreams/infra-tooling/tasks/make-tasks-server-status-page-use-fresh-heartbeat-data-and-auto-refresh.md" as RelativePath,
    SEED,
  );
  expect(parsed.spec).toMatchObject({
    id: "INFRA_TOOLING-MAKE_TASKS_SERVER_STATUS_PAGE_USE_FRESH_HEARTBEAT_DATA_AND_AUTO_REFRESH",
    status: "completed",
    priority: "p1",
    milestone: "m1-ft-analytics-analyst-pilot",
    owner: "sr-engineer-architect",
    completedBy: "dave",
    completed: "2026-03-24",
    gates: { qa_exploration: "ticked", review_cleared: "open" },
    lines: { id: 2, title: 3, status: 4, priority: 5, milestone: 6, owner: 7, completed_by: 8, completed: 9 },
  });
  expect(parsed.spec.sections).toEqual([
    { heading: "Problem", line: 14, ticked: 0, dropped: 0, total: 0 },
    { heading: "Context", line: 18, ticked: 0, dropped: 0, total: 0 },
    { heading: "Possible Solutions", line: 22, ticked: 0, dropped: 0, total: 0 },
    { heading: "Plan", line: 26, ticked: 0, dropped: 0, total: 0 },
    { heading: "Implementation Progress", line: 28, ticked: 0, dropped: 0, total: 0 },
    { heading: "QA Exploration", line: 35, ticked: 1, dropped: 0, total: 1 },
    { heading: "Review Feedback", line: 39, ticked: 0, dropped: 0, total: 1 },
  ]);
  expect(parsed.problems).toMatchInlineSnapshot(`
    [
      {
        "code": "gate_open",
        "file": "tasks/workstreams/infra-tooling/tasks/make-tasks-server-status-page-use-fresh-heartbeat-data-and-auto-refresh.md",
        "hint": "Tick the box if it was done.",
        "line": 41,
        "message": "The task is completed, but "Review cleared" is not ticked.",
        "severity": "warning",
      },
    ]
  `);
});

describe("T3: ids of every shape", () => {
  test.each([
    ["", "INFRA_TOOLING-FIX_THE_PAGE"],
    ["id:", "INFRA_TOOLING-FIX_THE_PAGE"],
    ["id: INFRA_TOOLING-FIX_THE_PAGE", "INFRA_TOOLING-FIX_THE_PAGE"],
    ["id: M1-INFRA-001", "M1-INFRA-001"],
    ["id: M4_V1_0_LAUNCH-DASHBOARD_FACTORY-03", "M4_V1_0_LAUNCH-DASHBOARD_FACTORY-03"],
    ["id: MX_FAR_FUTURE_IDEAS-MCP_ANALYST_AGENT-02", "MX_FAR_FUTURE_IDEAS-MCP_ANALYST_AGENT-02"],
    ["id: 007", "007"],
    ["id: 9007199254740993", "9007199254740993"],
  ])("%j", (keys, id) => check(task(keys), { id }));
});

describe("T3: every known key", () => {
  test.each<[string, Partial<TaskSpec>]>([
    ["description: What and why", { description: "What and why" }],
    ["description: >\n  What\n  and why", { description: "What and why" }],
    ["priority: p0", { priority: "p0" }],
    [
      "milestone: m1\ninitiative: launch\nowner: dave",
      { milestone: "m1", initiative: "launch", owner: "dave" },
    ],
    ["dependencies:\n  - a-task\n  - M1-INFRA-001", { dependencies: ["a-task", "M1-INFRA-001"] }],
    ["dependencies: [a, b]", { dependencies: ["a", "b"] }],
    ["dependencies: []", { dependencies: [] }],
    ["dependencies:", { dependencies: [] }],
    ["completed_at: 2026-03-24T16:30:00Z", { completed: "2026-03-24T16:30:00Z" }],
    ["completed_at: 2026-03-25\ncompleted: 2026-03-24", { completed: "2026-03-24" }],
    [
      "pr_url: https://example.org/pull/7",
      { pullRequest: { url: "https://example.org/pull/7", number: null } },
    ],
    ["pr_number: 7\npr_url: https://x.org/7", { pullRequest: { url: "https://x.org/7", number: 7 } }],
    ["pr_number: '#7'", { pullRequest: { url: null, number: 7 } }],
    ["estimate: 3\nlabels: {a: [b]}\nowner: ~", { owner: null }],
    ["owner: !!str dave", { owner: "dave" }],
  ])("%j", (keys, expected) => check(task(keys), expected));

  test("values YAML would convert stay the text that was written", () =>
    check("---\ntitle: yes\nstatus: ready\nowner: 0x1F\nmilestone: 1e3\ndescription: 2026-03-24\n---\n", {
      title: "yes",
      owner: "0x1F",
      milestone: "1e3",
      description: "2026-03-24",
    }));
});

describe("status and priority", () => {
  test("legacy done reads as completed, with a mark", () =>
    check(
      "---\ntitle: x\nstatus: done\ncompleted_by: dave\ncompleted: 2026-01-02\n---\n",
      { status: "completed" },
      ["3 status_legacy"],
    ));

  test.each([
    ["redy", "Did you mean ready?"],
    ["In Progress", "Did you mean in_progress?"],
    ["todo", "Did you mean not_started?"],
    ["canceled", "Did you mean cancelled?"],
    ["complete", "Did you mean completed?"],
    ["Done", "Did you mean completed?"],
    ["banana", "Use one of the statuses listed."],
  ])("status %j is an error with a hint", (status, hint) => {
    const parsed = parse(`---\ntitle: x\nstatus: ${status}\n---\n`);
    expect(parsed.spec.status).toBeNull();
    expect(parsed.problems).toMatchObject([{ code: "status_unknown", severity: "error", line: 3, hint }]);
    expect(parsed.problems[0]?.message).toBe(
      `The status "${status}" is not one of not_started, ready, in_progress, blocked, completed, cancelled.`,
    );
  });

  test.each([
    ["P1", "Did you mean p1?"],
    ["2", "Did you mean p2?"],
    ["extreme", "Use one of the priorities listed."],
  ])("priority %j is an error with a hint", (priority, hint) => {
    const { problems, spec } = parse(task(`priority: ${priority}`));
    expect(spec).toMatchObject({ priority: null, status: "ready" });
    expect(problems).toMatchObject([{ code: "priority_unknown", severity: "error", line: 4, hint }]);
  });
});

describe("problems name the line of the key", () => {
  test.each<[string, string, readonly string[]]>([
    ["no status", "---\ntitle: x\n---\n", ["- status_missing"]],
    ["empty status", "---\ntitle: x\nstatus:\n---\n", ["3 status_missing"]],
    ["no title", "---\nstatus: ready\n---\n", ["- title_missing"]],
    ["no keys", "---\n---\n", ["- title_missing", "- status_missing"]],
    ["comments only", "---\n# later\n\n---\n", ["- title_missing", "- status_missing"]],
    [
      "completed without who and when",
      "---\ntitle: x\nstatus: completed\n---\n",
      ["3 completed_by_missing", "3 completed_date_missing"],
    ],
    ["a date not in the calendar", task("completed: 9999-99-99"), ["4 date_invalid"]],
    ["a date in words", task("completed: yesterday"), ["4 date_invalid"]],
    ["a date that is no leap day", task("completed_at: 2026-02-29"), ["4 date_invalid"]],
    ["one text for a list", task("dependencies: a-task"), ["4 list_is_text"]],
    [
      "entries empty and twice",
      task("dependencies:\n  - a\n  -\n  - a"),
      ["6 list_item_empty", "7 list_item_repeated"],
    ],
    ["an entry with keys", task("dependencies:\n  - a: b"), ["5 value_not_text"]],
    ["a wiki link", task("dependencies:\n  - [[a]]"), ["5 value_not_text"]],
    ["a list for a text", task("owner: [a, b]"), ["4 value_not_text"]],
    ["keys for a text", task("owner:\n  name: a"), ["4 value_not_text"]],
    ["keys for a list", task("dependencies: {a: b}"), ["4 value_not_text"]],
    ["a key twice", task("owner: a\nowner: b"), ["5 key_repeated"]],
    ["an unknown key twice", task("x: a\nx: b"), ["5 key_repeated"]],
    ["a misspelt key", task("dependancies:\n  - a"), ["4 key_misspelt"]],
    ["a key in capitals", task("Owner: a"), ["4 key_misspelt"]],
    ["a known key beside its slip", task("owners: a\nowner: b"), []],
    [
      "a pull request that is no number",
      task("pr_number: twelve\npr_url: javascript:alert(1)"),
      ["4 pull_request_invalid", "5 pull_request_invalid"],
    ],
    ["S16: a number beyond 2^53", task("pr_number: 9007199254740993"), ["4 pull_request_invalid"]],
    ["S14: a merge", task("<<: {owner: a}"), ["4 yaml_merge"]],
    ["S15: an alias", task("x: &a dave\nowner: *a"), ["5 yaml_alias"]],
    ["S16: direction overrides", task("owner: da\u202Eve"), ["4 hidden_characters"]],
    ["S16: NUL in the body", task("owner: a", "x\0y"), ["- nul_character"]],
  ])("%s", (_, text, expected) => {
    const parsed = parse(text);
    expect(problemsIn(parsed)).toEqual(expected);
    expect(parsed.readable).toBe(true);
  });

  test("a repeated key has no value, since its two contradict each other", () =>
    check(task("status: blocked"), { status: null, title: "Fix the page" }, ["4 key_repeated"]));

  test("gates are only asked of completed tasks", () => {
    const body = "- [ ] QA exploration completed\n- [ ] review cleared.\n";
    check(task("", body), { gates: { qa_exploration: "open", review_cleared: "open" } });
    const done = `---\ntitle: x\nstatus: completed\ncompleted: 2026-01-02\ncompleted_by: a\n---\n${body}`;
    check(done, { status: "completed" }, ["7 gate_open", "8 gate_open"]);
  });
});

describe("R13: a text that cannot be read is one error, and the file name is all there is", () => {
  test.each([
    ["empty", "", "- file_empty"],
    ["blank", " \n\n", "- file_empty"],
    ["zeroed by a crash", "\0".repeat(512), "- file_empty"],
    ["no front matter", "# A title\n", "1 front_matter_missing"],
    ["a rule instead of front matter", "----\na: b\n", "1 front_matter_missing"],
    ["cut off in its front matter", "---\ntitle: x\nstat", "1 front_matter_unclosed"],
    ["cut off behind the first line", "---", "1 front_matter_unclosed"],
    ["a text instead of keys", "---\njust words\n---\n", "2 front_matter_not_keys"],
    ["a list instead of keys", "---\n- a\n---\n", "2 front_matter_not_keys"],
    ["S16: NUL in front matter", "---\ntitle: x\nowner: a\0\n---\n", "3 yaml_invalid"],
    [
      "conflict in front matter",
      "---\ntitle: x\n<<<<<<< HEAD\nstatus: ready\n=======\nstatus: blocked\n>>>>>>> b\n---\n",
      "3 conflict_markers",
    ],
    [
      "conflict in the body",
      task("", "text\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> main\n"),
      "7 conflict_markers",
    ],
    ["half a conflict", task("<<<<<<< HEAD\nowner: a\n======="), "4 conflict_markers"],
  ])("%s", (_, text, found) => checkUnreadable(text, found));

  test("text about conflicts is not one", () =>
    check(task("", "    <<<<<<< HEAD\n\nA line of <<<<<<< opens it, ======= parts it.\n"), {}));
});

describe("YAML errors say what is wrong in plain words", () => {
  test.each([
    ["title: Fix: the page", 'Put the value in quotes: title: "Fix: the page".'],
    ["\ttitle: x", "Replace the tab with spaces."],
    ["a:\n\t- b", "Replace the tab with spaces."],
    ["owner: @dave", "Write only the person's slug, without @ and brackets, such as owner: dave."],
    ["title: 'it's'", "Put the whole value in quotes; inside single quotes write '' for a quote."],
    ['title: "open\nstatus: ready', "Close it on the line where it was opened."],
    ["dependencies: [a, b", "Close it on the line where it was opened."],
    ["title: a\nstatus:ready", "Write the key, a colon, a space and the value."],
    [
      "title: a\nand more\nowner: b",
      "Write each key as name, colon, space and value; indent continued text.",
    ],
    [
      "title: a\n  status: ready",
      "Start each key at the left edge, and put text with special characters in quotes.",
    ],
    ['title: "\\q"', "Use single quotes: title: '\\q'."],
    [`a: ${"[".repeat(30)}`, "Use only plain keys, texts and lists of texts."],
  ])("%j", (keys, hint) => {
    const [found] = parse(`---\n${keys}\n---\n`).problems;
    expect(found).toMatchObject({ code: "yaml_invalid", hint });
    expect(found?.message).toMatch(/^The front matter cannot be read as YAML: .+[^.]\.$/);
  });

  test.each([
    ["---\ntitle: a\nowner: b\n\ndescription: c: d\n---\n", 5],
    ["---\r\ntitle: a\r\ndescription: c: d\r\n---\r\n", 3],
    ["---\ntitle: a\nstatus:ready\nowner: b\n---\n", 3],
    ["---\ntitle: a\nstatus:ready\n\n---\n", 3],
  ])("with the exact line: %j", (text, line) =>
    expect(problemsIn(parse(text))).toEqual([`${line} yaml_invalid`]),
  );
});
