import { expect, test } from "vitest";
import { row } from "../../../test/contract/store-samples.ts";
import { sampleSignal } from "../../../test/support/sample-snapshot.ts";
import type { Style } from "./output.ts";
import { taskListLines } from "./task-list.ts";

const plain = (text: string) => text;
const STYLE: Style = { strong: plain, quiet: plain, alarm: plain, good: plain };

test("a reason that a signal repeats is said once", () => {
  const failed = {
    ...row("a"),
    reason: "attempt 1 of 3 failed (exit code 2)",
    signals: [
      sampleSignal("dispatch_failed", "Attempt 1 of 3 failed (exit code 2)", { tier: 1 }),
      sampleSignal("pickup_overdue", "Not started for over 24 h", { tier: 1 }),
    ],
  };
  const layout = { nowMs: Date.parse(failed.since), style: STYLE, columns: null };
  const [, , line] = taskListLines([{ group: failed.group, count: 1, rows: [failed] }], layout);
  expect(line).toMatch(/ {2}attempt 1 of 3 failed \(exit code 2\); Not started for over 24 h$/);
});
