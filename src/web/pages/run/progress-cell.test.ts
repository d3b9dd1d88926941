import { expect, test } from "vitest";
import { atWork, progress, question } from "../../../../test/support/sample-runs.ts";
import { minutesAgo, OBSERVED_AT_MS } from "../../../../test/support/sample-snapshot.ts";
import type { DoingView } from "../../../core/contract/agent-view.ts";
import type { RunView } from "../../../core/contract/run-view.ts";
import { renderVerdict } from "./progress-cell.ts";

const TIME = { observedAtMs: OBSERVED_AT_MS };
const seen = (source: "output" | "report", text: string, minutes: number) => ({
  witness: source, // words-ok: JSON key
  text,
  at: minutesAgo(minutes),
});

const does = (kind: DoingView["kind"], given: Partial<DoingView> = {}): DoingView => ({
  kind,
  text: null,
  tool: null,
  does: null,
  others: 0,
  since: minutesAgo(4),
  ...given,
});

const words = (facts: Partial<RunView>) =>
  String(renderVerdict(atWork("a", 12, facts), TIME))
    .replace(/<[^>]*>/g, "")
    .replace(/\s+/g, " ")
    .replaceAll("&#39;", "'");

test.each<[string, Partial<RunView>, string]>([
  [
    "the newest evidence, with its age",
    {
      progress: progress("working", {
        evidence: [seen("output", "output", 0.25), seen("report", "half", 9)],
      }),
    },
    "● working output 15 s ago",
  ],
  [
    "what it reports in quotes",
    { progress: progress("working", { evidence: [seen("report", "half of it", 2)] }) },
    "● working “half of it” 2 min ago",
  ],
  [
    "N97: that a worker that cannot continue its session keeps its slot",
    {
      agent: { name: "script", kind: "command", version: null, permissions: null },
      progress: progress("waiting", { detail: "CI 8812", until: "2026-03-24T14:20:00.000Z" }),
    },
    "◔ waits for CI 8812, until 14:20; keeps its slot",
  ],
  [
    "N97: and nothing of one that gives its slot back",
    {
      agent: { name: "claude", kind: "claude", version: null, permissions: null },
      progress: progress("waiting", { detail: "CI 8812", until: "2026-03-24T14:20:00.000Z" }),
    },
    "◔ waits for CI 8812, until 14:20",
  ],
  [
    "N6: what it is held for, and until when",
    {
      state: "queued",
      held: {
        cause: "limit",
        scope: { kind: "account", name: "claude@desk" },
        on: "claude@desk",
        since: minutesAgo(4),
        until: "2026-03-24T14:20:00.000Z",
        sentence: "Limited",
      },
    },
    "◔ waits Limited until 14:20",
  ],
  ["nothing yet", { progress: progress("working") }, "● working no progress yet"],
  ["a start", { since: minutesAgo(0.2), progress: progress("starting") }, "○ starting for 12 s"],
  [
    "what it waits for, until when",
    { progress: progress("waiting", { detail: "CI 8812", until: "2026-03-24T12:20:00.000Z" }) },
    "◔ waits for CI 8812, until 12:20",
  ],
  [
    "a wait that is over",
    {
      progress: progress("overdue", {
        detail: "CI 8812",
        until: "2026-03-24T12:00:00.000Z",
        evidence: [seen("output", "output", 6)],
      }),
    },
    "◔ overdue waited for CI 8812 until 12:00; output 6 min ago",
  ],
  [
    "a question",
    { progress: progress("asking"), question: question("Which region?") },
    "▲ asks “Which region?”",
  ],
  [
    "K32: a permission",
    {
      progress: progress("asking"),
      question: { ...question("May I run `npm publish`?"), about: "permission" },
    },
    "▲ waits for permission “May I run `npm publish`?”",
  ],
  [
    "K32: the tool that runs, since when, and how far its plan is",
    {
      progress: progress("working", { evidence: [seen("output", "new output", 4)] }),
      doing: does("tool", { text: "npm test", does: "run" }),
      plan: { done: 3, total: 7, current: null },
    },
    "● working npm test for 4 min · 3 of 7 steps",
  ],
  ["K32: thinking", { progress: progress("working"), doing: does("thinking") }, "● thinking for 4 min"],
  [
    "K32: a request that is repeated",
    { progress: progress("working"), doing: does("retrying", { text: "503, retry 3" }) },
    "◔ retrying (503, retry 3) for 4 min",
  ],
  [
    "K32: between turns",
    { progress: progress("working"), doing: does("between_turns") },
    "○ between turns for 4 min",
  ],
  [
    "silence, counted",
    { progress: progress("quiet", { quiet_since: minutesAgo(21) }) },
    "● watch no progress for 21 min",
  ],
  ["a silence that is not counted", { progress: progress("quiet") }, "● watch no progress"],
  [
    "what cannot be seen, and why",
    { progress: progress("unknown", { detail: "host build-2 cannot be observed from here" }) },
    "? can't tell host build-2 cannot be observed from here",
  ],
  ["what cannot be seen", { progress: progress("unknown") }, "? can't tell the worker cannot be observed"],
  [
    "a requested end",
    { ending: { kind: "stop", by: "dave", at: minutesAgo(0.5) } },
    "■ stopping asked by dave 30 s ago",
  ],
  [
    "an interruption",
    { ending: { kind: "interrupt", by: "dave", at: minutesAgo(1) } },
    "■ interrupting asked by dave 1 min ago",
  ],
])("%s", (_, facts, expected) => expect(words(facts)).toBe(expected));

test("a run without a running worker has no verdict", () => {
  expect(renderVerdict(atWork("a", 12, { progress: null }), TIME)).toBeNull();
});

test("S12, S16: hostile facts are text, each in its own direction", () => {
  const evil = "<img src=x>\u202Egnp";
  const html = String(
    renderVerdict(
      atWork("a", 1, { progress: progress("waiting", { detail: evil, until: "garbage" }) }),
      TIME,
    ),
  );
  expect(html).toContain("<bdi>&lt;img src=x&gt;\u202Egnp</bdi>");
  expect(html).toContain("unknown");
});
