import { describe, expect, test } from "vitest";
import { type Checks, NO_CHECKS } from "../../core/contract/pull-request.ts";
import { rollUpChecks, rollupSchema } from "./roll-up-checks.ts";

type Run = {
  readonly name?: string;
  readonly status?: string;
  readonly conclusion?: string | null;
  readonly at?: number | null;
  readonly app?: string | null;
  readonly workflow?: string | null;
  readonly event?: string;
  readonly url?: string | null;
};

const iso = (minute: number) => new Date(Date.UTC(2026, 2, 24, 12, minute)).toISOString();

function run(given: Run = {}): object {
  const { name = "test", conclusion = "SUCCESS", at = 0, app = "github-actions", workflow = "CI" } = given;
  return {
    __typename: "CheckRun",
    name,
    status: given.status ?? "COMPLETED",
    conclusion,
    detailsUrl: given.url ?? null,
    startedAt: at === null ? null : iso(at),
    checkSuite: {
      app: app === null ? null : { slug: app },
      workflowRun:
        workflow === null ? null : { event: given.event ?? "pull_request", workflow: { name: workflow } },
    },
  };
}

const running = (given: Run = {}) => run({ status: "IN_PROGRESS", conclusion: null, ...given });

function status(state: string, context = "ci/old"): object {
  return { __typename: "StatusContext", context, state, targetUrl: null, createdAt: iso(0) };
}

function rollUp(nodes: readonly object[], more: object = {}, state = "SUCCESS"): Checks {
  const contexts = { totalCount: nodes.length, nodes, ...more };
  return rollUpChecks(rollupSchema.parse({ state, contexts }), (url) => url);
}

/** How many of which state, without the ones there are none of. */
function counts(checks: Checks): object {
  const { listed: _, foreign: __, missing: ___, ...numbers } = checks;
  return Object.fromEntries(Object.entries(numbers).filter(([, count]) => count > 0));
}

test("without a rollup there are no checks", () => {
  expect(rollUpChecks(null, (url) => url)).toEqual(NO_CHECKS);
});

test.each([
  ["SUCCESS", "passing"],
  ["SKIPPED", "skipped"],
  ["NEUTRAL", "skipped"],
  ["FAILURE", "failing"],
  ["TIMED_OUT", "failing"],
  ["CANCELLED", "failing"],
  ["ACTION_REQUIRED", "failing"],
  ["STARTUP_FAILURE", "failing"],
  ["STALE", "failing"],
  ["SOMETHING_NEW", "failing"],
])("a check that ended with %s is %s", (conclusion, state) => {
  expect(counts(rollUp([run({ conclusion })]))).toEqual({ [state]: 1 });
});

test.each(["QUEUED", "IN_PROGRESS", "PENDING", "REQUESTED", "WAITING", "SOMETHING_NEW"])(
  "a check that is %s is running",
  (word) => {
    expect(counts(rollUp([run({ status: word, conclusion: null })]))).toEqual({ running: 1 });
  },
);

test.each([
  ["SUCCESS", "passing"],
  ["FAILURE", "failing"],
  ["ERROR", "failing"],
  ["PENDING", "running"],
  ["EXPECTED", "running"],
])("a status %s is %s", (word, state) => {
  expect(counts(rollUp([status(word)]))).toEqual({ [state]: 1 });
});

describe("several runs of one check", () => {
  const red = run({ conclusion: "FAILURE", at: 1 });

  test.each<[what: string, nodes: readonly object[], expected: object]>([
    ["the newest counts", [red, run({ at: 2 })], { passing: 1 }],
    ["in whatever order they are listed", [run({ at: 2 }), red], { passing: 1 }],
    ["of two that began in one second the later listed", [red, run({ at: 1 })], { passing: 1 }],
    ["a red one that runs again is running", [red, running({ at: 2 })], { running: 1 }],
    [
      "a red one that is queued again is running",
      [red, running({ status: "QUEUED", at: null })],
      { running: 1 },
    ],
    ["one that is in progress counts, whatever ended later", [running({ at: 0 }), red], { running: 1 }],
    ["a green one that turned red is red", [run({ at: 0 }), red], { failing: 1 }],
    [
      "one that a later one cancelled is skipped, and that one counts",
      [run({ conclusion: "CANCELLED", at: 0, event: "push" }), run({ at: 1 })],
      { passing: 1, skipped: 1 },
    ],
    [
      "so is one that never began",
      [run({ conclusion: "CANCELLED", at: null, event: "push" }), run()],
      { passing: 1, skipped: 1 },
    ],
    [
      "one that was cancelled after another event's run is red",
      [run({ conclusion: "CANCELLED", at: 2, event: "push" }), run({ at: 1 })],
      { failing: 1, passing: 1 },
    ],
  ])("%s", (_, nodes, expected) => {
    expect(counts(rollUp(nodes))).toEqual(expected);
  });

  test.each<[what: string, other: Run]>([
    ["another workflow", { workflow: "Nightly" }],
    ["another app", { app: "buildkite", workflow: null }],
    ["another event", { event: "push" }],
    ["another name", { name: "lint" }],
  ])("%s makes it another check", (_, other) => {
    expect(counts(rollUp([run({ conclusion: "FAILURE" }), run({ ...other, at: 5 })]))).toEqual({
      failing: 1,
      passing: 1,
    });
  });
});

test("failing ones are listed first, then running ones, each by name, with links that may be shown", () => {
  const nodes = [
    run({ name: "z" }),
    run({ name: "skipped", conclusion: "SKIPPED" }),
    running({ name: "b" }),
    run({ name: "lint", conclusion: "FAILURE", url: "javascript:alert(1)" }),
    run({ name: "e2e", conclusion: "FAILURE", url: "https://ci.example/1" }),
    run({ name: "a" }),
  ];
  const contexts = { totalCount: nodes.length, nodes };
  const checks = rollUpChecks(rollupSchema.parse({ state: "FAILURE", contexts }), (url) =>
    url?.startsWith("https:") ? url : null,
  );
  expect(checks.listed.map(({ name, state }) => `${name} ${state}`)).toEqual([
    "e2e failing",
    "lint failing",
    "b running",
    "a passing",
    "z passing",
    "skipped skipped",
  ]);
  expect(checks.listed.map(({ url }) => url)).toEqual(["https://ci.example/1", null, null, null, null, null]);
});

test("jobs of two workflows with one name are distinguished by their workflow", () => {
  const { listed } = rollUp([run({ workflow: "CI" }), run({ workflow: "Nightly" }), run({ name: "lint" })]);
  expect(listed.map(({ name }) => name)).toEqual(["CI / test", "Nightly / test", "lint"]);
});

test("S12: a name as long as a book is cut, and at most 50 are listed", () => {
  const nodes = Array.from({ length: 60 }, (_, index) => run({ name: `${index}${"x".repeat(5000)}` }));
  const { listed, passing } = rollUp(nodes);
  expect(passing).toBe(60);
  expect(listed).toHaveLength(50);
  expect(Math.max(...listed.map(({ name }) => name.length))).toBe(200);
});

test.each<[what: string, nodes: readonly object[], foreign: boolean]>([
  ["Actions alone", [run()], false],
  ["another app", [run(), run({ app: "buildkite" })], true],
  ["an app that is gone", [run({ app: null })], true],
  ["a status", [run(), status("SUCCESS")], true],
])("foreign with %s", (_, nodes, foreign) => {
  expect(rollUp(nodes).foreign).toBe(foreign);
});

describe("more than GitHub lists", () => {
  const hundred = Array.from({ length: 100 }, (_, index) => run({ name: `job ${index}` }));
  const many = { totalCount: 130 };

  test("the rest is counted as GitHub counts it", () => {
    const checks = rollUp(
      [...hundred.slice(2), run({ name: "red", conclusion: "FAILURE" }), running({ name: "b" })],
      {
        ...many,
        checkRunCountsByState: [
          { state: "SUCCESS", count: 110 },
          { state: "FAILURE", count: 4 },
          { state: "TIMED_OUT", count: 1 },
          { state: "IN_PROGRESS", count: 3 },
          { state: "SKIPPED", count: 10 },
        ],
        statusContextCountsByState: [{ state: "PENDING", count: 2 }],
      },
      "FAILURE",
    );
    expect(counts(checks)).toEqual({ failing: 5, running: 5, passing: 110, skipped: 10 });
    expect(checks.foreign).toBe(true);
    expect(checks.listed).toHaveLength(50);
    expect(checks.listed[0]?.name).toBe("red");
  });

  test.each<[state: string, nodes: readonly object[], expected: object]>([
    ["SUCCESS", hundred, { passing: 130 }],
    ["PENDING", hundred, { passing: 100, running: 30 }],
    ["FAILURE", hundred, { passing: 100, failing: 30 }],
    [
      "FAILURE",
      [...hundred.slice(1), run({ name: "red", conclusion: "FAILURE" })],
      { passing: 129, failing: 1 },
    ],
  ])("without its counts the rest is what its colour says: %s", (state, nodes, expected) => {
    expect(counts(rollUp(nodes, many, state))).toEqual(expected);
  });
});
