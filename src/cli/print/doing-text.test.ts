import { expect, test } from "vitest";
import { atWork, progress, question } from "../../../test/support/sample-runs.ts";
import { minutesAgo, OBSERVED_AT_MS } from "../../../test/support/sample-snapshot.ts";
import type { RunView } from "../../core/contract/run-view.ts";
import { doingText } from "./doing-text.ts";

const does = (kind: NonNullable<RunView["doing"]>["kind"], text: string | null = null): RunView["doing"] => ({
  kind,
  text,
  tool: null,
  does: kind === "tool" ? "run" : null,
  others: 0,
  since: kind === "starting" ? null : minutesAgo(4),
});

test.each<[string, Partial<RunView>]>([
  [
    "working: `npm test` for 4 min · 3 of 7 steps",
    { doing: does("tool", "npm test"), plan: { done: 3, total: 7, current: null } },
  ],
  ["thinking for 4 min", { doing: does("thinking") }],
  ["retrying (503, retry 3) for 4 min", { doing: does("retrying", "503, retry 3") }],
  ["starting", { doing: does("starting") }],
  ["asks: “Which?”", { progress: progress("asking"), question: question("Which?") }],
])("K32: %s", (expected, given) => {
  expect(doingText(atWork("a", 12, given), OBSERVED_AT_MS)).toBe(expected);
});

test("K32: an agent that says nothing", () => {
  expect(doingText(atWork("a", 12), OBSERVED_AT_MS)).toBeNull();
});
