import { expect, test } from "vitest";
import { sampleRun } from "../../../../test/support/run-samples.ts";
import type { Attempt } from "../../contract/run.ts";
import { spareStart } from "./hold-start.ts";

const SINCE_MS = 1_000;
const pause: Parameters<typeof spareStart>[1]["pause"] = {
  cause: "setup",
  scope: { kind: "setup", name: "desk after_create 1a2b" },
  why: "503",
  untilMs: null,
  sinceMs: SINCE_MS,
};
const failed = (number: number, endedAtMs: number): Attempt => ({
  ...{ number, startedAtMs: endedAtMs - 10, endedAtMs },
  end: { kind: "not_started", detail: "503" },
});

test("N5: every attempt that met the set-up since it began to fail is taken back, none from before", () => {
  const attempts = [failed(1, SINCE_MS - 1), failed(2, SINCE_MS), failed(3, SINCE_MS + 50)];
  const run = sampleRun({ state: "failed", failuresInRow: 3, attempt: 3, attempts });
  const change = spareStart(run, { pause, nowMs: 2_000 });
  if (change.kind !== "changed") throw new Error(change.why);
  expect(change.run).toMatchObject({ state: "queued", failuresInRow: 1, held: { cause: "setup" } });
  expect(change.run.attempts.map(({ spared }) => spared?.kind ?? null)).toEqual([null, "paused", "paused"]);
  expect(spareStart({ ...run, attempts: [failed(1, SINCE_MS - 1)] }, { pause, nowMs: 2_000 }).kind).toBe(
    "refused",
  );
});
