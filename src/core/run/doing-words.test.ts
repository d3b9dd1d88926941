import { describe, expect, test } from "vitest";
import type { DoingView } from "../contract/agent-view.ts";
import type { RunView } from "../contract/run-view.ts";
import { doingWords } from "./doing-words.ts";

const AT = "2026-03-24T11:56:00.000Z";
const PLAN = { done: 3, total: 7, current: null };

function doing(kind: DoingView["kind"], given: Partial<DoingView> = {}): DoingView {
  return { kind, text: null, tool: null, does: null, others: 0, since: AT, ...given };
}

const tool = (does: string, text: string, given: Partial<DoingView> = {}) =>
  doing("tool", { does, text, tool: "Tool", ...given });

type Facts = Parameters<typeof doingWords>[0];

function run(verdict: NonNullable<RunView["progress"]>["verdict"], given: Partial<Facts> = {}): Facts {
  const progress = { verdict, detail: null, until: null, quiet_since: null, evidence: [] };
  return { progress, doing: null, plan: null, question: null, ...given };
}

/** In one line; durations as `<for>`. */
function said(facts: Facts): string | null {
  const words = doingWords(facts);
  if (words === null) return null;
  const marks = { text: ["", ""], code: ["`", "`"], quote: ["“", "”"] } as const;
  const parts = words.parts.map((part) =>
    part.as === "for" ? "<for>" : `${marks[part.as][0]}${part.text}${marks[part.as][1]}`,
  );
  return `${words.state} | ${parts.join("")}`;
}

describe("K32: what an agent does, in different words", () => {
  test.each<[string, DoingView, RunView["plan"], string]>([
    ["a command", tool("run", "npm test"), PLAN, "working | `npm test` <for> · 3 of 7 steps"],
    ["without a plan", tool("run", "npm test"), null, "working | `npm test` <for>"],
    ["several tools", tool("run", "npm test", { others: 2 }), null, "working | `npm test` and 2 more <for>"],
    ["an edit", tool("edit", "src/a.ts"), null, "working | editing `src/a.ts` <for>"],
    ["a read", tool("read", "a.md"), null, "working | reading `a.md` <for>"],
    ["a search", tool("search", "foo"), null, "working | searching `foo` <for>"],
    ["the web", tool("web", "https://x"), null, "working | fetching `https://x` <for>"],
    ["a sub-agent", tool("agent", "review"), null, "working | running agent `review` <for>"],
    ["planning", tool("plan", "x"), null, "working | planning <for>"],
    ["another tool", tool("other", "x=1"), null, "working | `Tool x=1` <for>"],
    ["a tool without input", tool("run", ""), null, "working | `Tool` <for>"],
    ["thinking", doing("thinking"), { ...PLAN, total: 1 }, "thinking | <for> · 3 of 1 step"],
    [
      "a repeated request",
      doing("retrying", { text: "503, retry 3" }),
      null,
      "retrying | (503, retry 3) <for>",
    ],
    ["between turns", doing("between_turns"), null, "between turns | <for>"],
    ["a start", doing("starting", { since: null }), PLAN, "starting | "],
  ])("%s", (_name, now, plan, expected) => {
    expect(said(run("working", { doing: now, plan }))).toBe(expected);
  });

  test("a long command leaves room for how long it takes, and no character is cut in two", () => {
    const long = said(run("working", { doing: tool("run", `${"x".repeat(58)}🙂🙂🙂`) }));
    expect(long).toBe(`working | \`${"x".repeat(58)}🙂…\` <for>`);
  });

  const question = { number: 1, text: "Which?", choices: [], asked_at: AT, answer: null };
  test.each<[string, Partial<Facts>, string]>([
    ["a question", { question: { ...question, about: "question" } }, "asks | “Which?”"],
    ["a permission", { question: { ...question, about: "permission" } }, "waits for permission | “Which?”"],
    [
      "one that only the agent knows of yet",
      { doing: doing("permission", { text: "rm x?" }), plan: PLAN },
      "waits for permission | “rm x?”",
    ],
    ["one whose text is not known", { doing: doing("thinking") }, "asks | "],
  ])("%s", (_name, facts, expected) => {
    expect(said(run("asking", facts))).toBe(expected);
  });

  test.each(["waiting", "overdue", "quiet", "unknown", "starting"] as const)(
    "nothing of it while the verdict is %s",
    (verdict) => {
      expect(said(run(verdict, { doing: tool("run", "npm test") }))).toBeNull();
    },
  );
  test("nothing where the agent does not say", () => {
    expect(said(run("working"))).toBeNull();
    expect(doingWords({ ...run("working"), progress: null })).toBeNull();
  });
});
