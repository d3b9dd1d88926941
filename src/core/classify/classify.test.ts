import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checks, closed, merged, pullRequestView } from "../../../test/support/pull-request-samples.ts";
import { runView } from "../../../test/support/run-samples.ts";
import type { Signal } from "../contract/signal.ts";
import { TASK_STATUSES } from "../contract/task.ts";
import { classify } from "./classify.ts";
import { RULES, type RuleFacts } from "./rules.ts";

type State = RuleFacts["dependencies"][number]["state"];

function dependency(key: string, state: State): RuleFacts["dependencies"][number] {
  return {
    reference: key,
    key: state === "missing" || state === "ambiguous" ? null : key,
    state,
    candidates: [],
  };
}

function facts(values: Partial<RuleFacts>): RuleFacts {
  return {
    status: "not_started",
    dependencies: [],
    completed: null,
    completed_by: null,
    signals: [],
    run: null,
    pull_request: null,
    ...values,
  };
}

function signal(tier: 1 | 2, sentence: string): Signal {
  return {
    code: "invalid_task",
    tier,
    sentence,
    evidence: {},
    first_seen: "2026-03-24T12:00:00.000Z",
    acknowledged: null,
  };
}

const done = dependency("done", "finished");
const open = dependency("fix-the-thing", "unfinished");

describe("the first rule that matches", () => {
  test.each<[Partial<RuleFacts>, string, string]>([
    [{ status: "completed" }, "done", "completed"],
    [
      { status: "completed", completed_by: "dave", completed: "2026-03-24" },
      "done",
      "completed by dave on 2026-03-24",
    ],
    [{ status: "cancelled" }, "done", "cancelled"],
    [{ status: "completed", signals: [signal(2, "Bad")] }, "done", "completed"],
    [{ status: "in_progress", signals: [signal(2, "Bad")] }, "needs_attention", "Bad"],
    [{ signals: [signal(2, "Bad"), signal(2, "Worse")] }, "needs_attention", "Bad (and 1 more)"],
    [{ status: "in_progress", signals: [signal(1, "Slow")] }, "active", "in progress"],
    [{ status: "in_progress", dependencies: [open] }, "active", "in progress"],
    [{ status: "ready" }, "ready", "ready, no dependencies"],
    [{ status: "ready", dependencies: [done] }, "ready", "ready, dependency completed"],
    [{ status: "ready", dependencies: [done, done] }, "ready", "ready, all 2 dependencies completed"],
    [
      { status: "ready", dependencies: [done, open] },
      "waiting",
      "blocked by 1 of 2 dependencies: fix-the-thing",
    ],
    [
      { status: "ready", dependencies: [dependency("a", "cancelled")] },
      "waiting",
      "blocked by a (cancelled)",
    ],
    [
      { status: "ready", dependencies: [dependency("a", "missing"), dependency("b", "ambiguous")] },
      "waiting",
      "blocked by a (missing), b (ambiguous)",
    ],
    [
      { status: "ready", dependencies: [open, open, open, open, open] },
      "waiting",
      "blocked by fix-the-thing, fix-the-thing, fix-the-thing, 2 more",
    ],
    [{ status: "blocked" }, "waiting", "marked blocked"],
    [{ status: "not_started" }, "planned", "not started"],
    [{ status: null }, "planned", "its status cannot be read"],
  ])("%j", (values, group, reason) => {
    expect(classify(facts(values))).toMatchObject({ group, reason });
  });
});

test.each<[string, Partial<RuleFacts>, string]>([
  ["merged", {}, "no known pull request"],
  ["merged", { pull_request: pullRequestView() }, "#712 is open"],
  ["merged", { pull_request: pullRequestView({ draft: true }) }, "#712 is a draft"],
  ["open_pull_request", { pull_request: pullRequestView(closed({ draft: true })) }, "#712 is closed"],
  ["draft_pull_request", { pull_request: pullRequestView(merged()) }, "#712 is merged"],
  [
    "merged",
    { pull_request: pullRequestView(merged({ mergedAtMs: 0 })), run: runView() },
    "work resumed after #712 was merged",
  ],
])("F10: the rule %s says why it did not match: %#", (id, values, why) => {
  const rule = RULES.find((one) => one.id === id);
  expect(rule?.match(facts(values))).toBeNull();
  expect(rule?.miss(facts(values))).toBe(why);
});

test("R14: every combination of facts has a group and a reason", () => {
  const states = fc.constantFrom<State>("finished", "unfinished", "cancelled", "missing", "ambiguous");
  const anyFacts = fc.record({
    status: fc.constantFrom(...TASK_STATUSES, null),
    dependencies: fc.array(
      states.map((state) => dependency("d", state)),
      { maxLength: 4 },
    ),
    completed: fc.constantFrom(null, "2026-03-24"),
    completed_by: fc.constantFrom(null, "dave"),
    signals: fc.array(fc.constantFrom(signal(1, "One"), signal(2, "Two")), { maxLength: 3 }),
    run: fc.constantFrom(
      null,
      runView({ state: "queued" }),
      runView({ state: "running" }),
      runView({ state: "exited" }),
    ),
    pull_request: fc.constantFrom(
      null,
      pullRequestView(),
      pullRequestView({ draft: true }),
      pullRequestView({ checks: checks({ running: 1 }) }),
      pullRequestView(merged({ mergedAtMs: 0 })),
      pullRequestView(merged({ mergedAtMs: Date.UTC(2030, 0) })),
      pullRequestView(closed()),
    ),
  });
  fc.assert(
    fc.property(anyFacts, (given) => {
      const { reason, group, rule } = classify(given);
      const { status, pull_request: known, run } = given;
      expect(reason).toMatch(/^(?!.*(undefined|null|NaN)).+$/s);
      const continues = run !== null && known?.merged_at === "1970-01-01T00:00:00.000Z";
      if (status === "completed" || status === "cancelled") expect([group, rule]).toEqual(["done", status]);
      else if (known?.state === "merged" && !continues) expect([group, rule]).toEqual(["done", "merged"]);
      else expect(group === "needs_attention").toBe(given.signals.some(({ tier }) => tier === 2));
    }),
    { numRuns: 2000 },
  );
});

describe("N32: a run that is held", () => {
  const since = "2026-03-24T12:00:00.000Z";
  const held = {
    cause: "wait",
    scope: null,
    on: "CI 8812",
    since,
    until: null,
    sentence: "Waits for CI 8812",
  } as const;

  test("is active, and says what it waits for", () => {
    const run = runView({ state: "queued", held });
    expect(classify(facts({ run }))).toMatchObject({ group: "active", reason: "waits for CI 8812" });
  });

  test("one whose task waits for another task waits for that", () => {
    const run = runView({ state: "queued", held });
    expect(classify(facts({ run, dependencies: [open] }))).toMatchObject({ group: "waiting" });
  });
});
