import { describe, expect, test } from "vitest";
import { placeholdersIn } from "./placeholders.ts";
import {
  BUILT_IN_PROMPT,
  findTemplateProblem,
  PROMPT_PLACEHOLDERS,
  type PromptFacts,
  renderPrompt,
} from "./prompt.ts";

const FACTS: PromptFacts = {
  title: "Fix it",
  slug: "fix-it",
  taskFile: "tasks/workstreams/infra/tasks/fix-it.md",
  taskText: "---\ntitle: Fix it\nstatus: ready\n---\n\n## Problem\n\nIt is broken.\n",
  uncommitted: false,
  worktree: "/app/.worktrees/fix-it",
  branch: "task/fix-it",
  attempt: 1,
  followUps: [],
  question: null,
  lastAttempt: null,
};

function render(template: string | null, facts: Partial<PromptFacts> = {}): string {
  const rendered = renderPrompt(template, { ...FACTS, ...facts });
  if (rendered.kind === "refused") throw new Error(rendered.message);
  return rendered.text;
}

describe("the built-in prompt", () => {
  test("says what, where and how to tell of it", () => {
    const text = render(null);
    expect(text.startsWith("# Task: Fix it\n")).toBe(true);
    for (const part of [
      "/app/.worktrees/fix-it",
      "`task/fix-it`",
      "It is broken.",
      "tasks report --progress",
      "tasks report --waiting-on",
      "--until",
      "tasks ask",
      "--wait",
      "tasks finish --outcome done",
      "blocked",
      "failed",
      "TASKS_PORT_BASE",
    ])
      expect(text).toContain(part);
    expect(placeholdersIn(text)).toEqual([]);
  });

  test("carries the task file's text as it is, in a fence that it cannot end", () => {
    const taskText = "Before\n\n````\n```\n````\n\nAfter {slug} {{slug}} $& {prompt}\n";
    expect(render(null, { taskText })).toContain(`\`\`\`\`\`markdown\n${taskText}\`\`\`\`\``);
  });

  test("says when the text is not committed", () => {
    expect(render(null)).not.toContain("not committed");
    expect(render(null, { uncommitted: true })).toMatch(
      /not committed yet: .*fix-it\.md in the worktree is older/,
    );
  });
});

describe("what was said since the last attempt", () => {
  const followUps = [
    { by: "dave", atMs: 1, text: "Use the other queue. {slug}" },
    { by: "mia", atMs: 2, text: "And write a test." },
  ];
  const question = {
    number: 1,
    text: "Which currency?",
    choices: ["eu", "us"],
    askedAtMs: 1,
    answer: { by: "dave", atMs: 2, text: "eu", delivered: false },
  };
  const lastAttempt = { number: 1, startedAtMs: 1, endedAtMs: 2, end: { kind: "exited", code: 3 } } as const;

  test.each([
    ["the built-in template", null],
    ["a template that does not ask for it", "Work on {slug}.\n"],
  ])("stands first: %s", (_, template) => {
    const text = render(template, { followUps, question, lastAttempt, attempt: 2 });
    const order = [
      "Use the other queue. {slug}",
      "And write a test.",
      "Which currency?",
      "dave answers: eu",
      "exit code 3",
    ];
    const places = order.map((part) => text.indexOf(part));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places[0]).toBeGreaterThan(-1);
    expect(text.indexOf("Work on fix-it") + text.indexOf("# Task: Fix it")).toBeGreaterThan(
      places.at(-1) ?? 0,
    );
  });

  test("an answer that a waiting worker has got already is not given again", () => {
    const given = { ...question, answer: { ...question.answer, delivered: true } };
    expect(render(null, { question: given })).not.toContain("Which currency?");
    expect(render(null, { question: { ...question, answer: null } })).not.toContain("Which currency?");
  });
});

describe("a template of the repository", () => {
  test("has every placeholder replaced, in one pass", () => {
    const template = PROMPT_PLACEHOLDERS.map((name) => `${name}={${name}}`).join("\n");
    const text = render(template, { title: "{slug}" });
    expect(text).toContain("title={slug}\nslug=fix-it\ntask_file=tasks/workstreams");
    expect(text).toContain("attempt=1\nfollow_ups=\nanswer=\nlast_attempt=");
  });

  test("keeps other words in braces, and braces that are doubled", () => {
    expect(render("{id} {{slug}} {slug}")).toBe("{id} {slug} fix-it");
  });

  test("a slip is a problem that names what was meant", () => {
    expect(findTemplateProblem("{task_txt}")).toMatchObject({
      message: "The prompt template has the placeholder {task_txt}, which does not exist.",
      hint: expect.stringContaining("Did you mean {task_text}?"),
    });
    expect(renderPrompt("{slg}", FACTS).kind).toBe("refused");
    expect(findTemplateProblem(BUILT_IN_PROMPT)).toBeNull();
  });
});
