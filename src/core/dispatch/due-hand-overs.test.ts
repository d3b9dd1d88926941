import { expect, test } from "vitest";
import { runView } from "../../../test/support/run-samples.ts";
import { minutesAgo, OBSERVED_AT_MS, sampleRow } from "../../../test/support/sample-snapshot.ts";
import type { RunView } from "../contract/run-view.ts";
import { NO_RUNS } from "../run/run-facts.ts";
import { MINUTE_MS, parseDuration } from "../values/durations.ts";
import { dueHandOvers } from "./due-hand-overs.ts";

const held = (
  since: number,
  until: number | null,
  kind: "account" | "host" = "account",
): RunView["held"] => ({
  cause: "limit",
  scope: { kind, name: "claude@desk" },
  on: "claude@desk",
  since: minutesAgo(since),
  until: until === null ? null : minutesAgo(-until),
  sentence: "Limited",
});

const waiting = (values: Partial<RunView>) =>
  runView({ state: "queued", attempt: 1, requested_worker: "claude", agent: null, ...values });

const AFTER = { afterMs: 60 * MINUTE_MS, nowMs: OBSERVED_AT_MS };
const dispatch = { ...NO_RUNS.dispatch, fallbacks: { claude: ["codex"] } };

test.each<[string, Partial<RunView>, boolean]>([
  ["waited longer", { held: held(61, null) }, true],
  ["waited for a shorter time", { held: held(59, null) }, false],
  ["is known to wait longer", { held: held(1, 60) }, true],
  ["is known to wait for a shorter time", { held: held(1, 58) }, false],
  ["waits past its time", { held: held(61, -30) }, true],
  ["waits for its host, where every worker waits", { held: held(61, null, "host") }, false],
  ["is not held", { held: null }, false],
  ["was never started: it goes at once, as a fallback", { held: held(61, null), attempt: 0 }, false],
  ["is taken over", { held: held(61, null), taken_over: { by: "rj", at: minutesAgo(1) } }, false],
  ["runs", { held: held(61, null), state: "running" }, false],
  ["works with the fallback already", { held: held(61, null), requested_worker: "codex" }, false],
])("N61: limits.hand_over_after and a run that %s", (_, values, isDue) => {
  const rows = [sampleRow({ key: "a", group: "ready", run: waiting(values) })];
  const expected = isDue ? [{ key: "a", from: "claude", to: "codex" }] : [];
  expect(dueHandOvers(rows, { dispatch, ...AFTER })).toEqual(expected);
  expect(dueHandOvers(rows, { dispatch, ...AFTER, afterMs: null })).toEqual([]);
});

test("N61: a fallback whose account waits too takes nothing over", () => {
  const rows = [sampleRow({ key: "a", group: "ready", run: waiting({ held: held(61, null) }) })];
  expect(dueHandOvers(rows, { dispatch: { ...dispatch, held: { codex: "x" } }, ...AFTER })).toEqual([]);
});

test("N61: its durations", () => {
  expect(["45m", "2h", "1d"].map(parseDuration)).toEqual(
    [45, 120, 1_440].map((minutes) => minutes * MINUTE_MS),
  );
  expect(["", "0m", "5", "5s", "h", "12345m", "1h "].map(parseDuration)).toEqual(Array(7).fill(null));
});
