import { expect, test } from "vitest";
import { sampleRun } from "../../../../test/support/run-samples.ts";
import { pullRequestView } from "../../../../test/support/sample-pull-requests.ts";
import type { PullRequestView } from "../../contract/pull-request-view.ts";
import type { Held } from "../../records/scoped-pause.ts";
import { MINUTE_MS } from "../../values/durations.ts";
import { isWaitDone } from "./wait-done.ts";

const NOW_MS = 10 * MINUTE_MS;
const HELD: Held = { cause: "wait", scope: null, on: "CI 8812", sinceMs: 0, untilMs: 60 * MINUTE_MS };
const checks = (named: Partial<PullRequestView["checks"]>) => ({
  ...pullRequestView(),
  checks: { failing: 0, running: 0, passing: 0, skipped: 0, listed: [], missing: [], ...named },
});

test.each<[string, Partial<Held>, ReturnType<typeof checks> | null, boolean]>([
  ["checks that have passed", {}, checks({ passing: 3 }), true],
  ["checks that have failed", {}, checks({ failing: 1, passing: 2 }), true],
  ["checks by another name", { on: "the checks of #41" }, checks({ passing: 1 }), true],
  ["checks of which one runs", {}, checks({ passing: 2, running: 1 }), false],
  ["checks of which one has not reported", {}, checks({ passing: 2, missing: ["build"] }), false],
  ["checks that are not there yet", {}, checks({}), false],
  ["checks of a push a moment ago", { sinceMs: 8 * MINUTE_MS }, checks({ passing: 3 }), false],
  ["something else", { on: "the nightly backup" }, checks({ passing: 3 }), false],
  ["a word that only contains it", { on: "decision of mia" }, checks({ passing: 3 }), false],
  ["checks without a pull request", {}, null, false],
  ["a limit", { cause: "limit" }, checks({ passing: 3 }), false],
])("N28: a wait for %s", (_, held, pullRequest, expected) => {
  const run = sampleRun({ state: "queued", held: { ...HELD, ...held } });
  expect(isWaitDone(run, { pull_request: pullRequest }, NOW_MS)).toBe(expected);
  expect(isWaitDone({ ...run, state: "running" }, { pull_request: pullRequest }, NOW_MS)).toBe(false);
});
