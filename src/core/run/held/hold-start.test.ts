import { expect, test } from "vitest";
import { sampleRun } from "../../../../test/support/run-samples.ts";
import type { Attempt } from "../../contract/run.ts";
import { setUpScope } from "../../pause/meet-setup.ts";
import { postponeStart, saysDiskIsFull, spareStart } from "./hold-start.ts";

const SINCE_MS = 1_000;
const RUN = sampleRun();
const FAILURE = "npm ended with exit code 1\nnpm error 503 registry at /tmp/x/y-1";
const pause: Parameters<typeof spareStart>[1]["pause"] = {
  cause: "setup",
  scope: setUpScope("desk", "after_create", FAILURE, RUN),
  why: "503",
  untilMs: null,
  sinceMs: SINCE_MS,
};
const failed = (number: number, endedAtMs: number, detail = FAILURE): Attempt => ({
  ...{ number, startedAtMs: endedAtMs - 10, endedAtMs },
  end: { kind: "not_started", detail },
});
const spare = (attempts: readonly Attempt[], failuresInRow = attempts.length) =>
  spareStart({ ...RUN, state: "failed", failuresInRow, attempts }, { pause, nowMs: 2_000 });

test("N5: every attempt that met the set-up since it began to fail is taken back, none from before", () => {
  const again = failed(3, SINCE_MS + 50, FAILURE.replace("y-1", "y-22"));
  const change = spare([failed(1, SINCE_MS - 1), failed(2, SINCE_MS), again]);
  if (change.kind !== "changed") throw new Error(change.why);
  expect(change.run).toMatchObject({ state: "queued", failuresInRow: 1, held: { cause: "setup" } });
  expect(change.run.attempts.map(({ spared }) => spared?.kind ?? null)).toEqual([null, "paused", "paused"]);
  expect(spare([failed(1, SINCE_MS - 1)]).kind).toBe("refused");
});

test("N5: what failed otherwise between stays a failure, and last, keeps the run from waiting", () => {
  const other = "its supervisor did not start within 30 s";
  const between = spare([failed(1, SINCE_MS), failed(2, SINCE_MS + 1, other), failed(3, SINCE_MS + 2)]);
  expect(between).toMatchObject({
    run: {
      state: "queued",
      failuresInRow: 1,
      attempts: [{ spared: {} }, { end: { detail: other } }, { spared: {} }],
    },
  });
  expect(between).not.toHaveProperty("run.attempts.1.spared");
  const last = spare([failed(1, SINCE_MS), failed(2, SINCE_MS + 1, other)]);
  expect(last).toMatchObject({ run: { state: "failed", failuresInRow: 1, held: null } });
});

test("N93: a start that met a full disk does not count, and is made again a minute later", () => {
  const run = sampleRun({ state: "dispatching", failuresInRow: 1, attempt: 2 });
  const detail = "ENOSPC: no space left on device, write";
  const change = postponeStart(run, { detail, host: "desk", nowMs: 2_000 });
  if (change.kind !== "changed") throw new Error(change.why);
  expect(change.run).toMatchObject({ state: "queued", failuresInRow: 1, held: null, notBeforeMs: 62_000 });
  expect(change.run.attempts.at(-1)).toMatchObject({ spared: { kind: "paused", why: "the disk is full" } });
  expect(postponeStart(change.run, { detail, host: "desk", nowMs: 2_000 }).kind).toBe("refused");
});

test.each([
  ["the disk is full (ENOSPC)", true],
  ["npm error nospc ENOSPC: no space left on device, write", true],
  ["fatal: cannot create directory: No space left on device", true],
  ["write: Disk quota exceeded", true],
  ["503 Service Unavailable", false],
])("N93: %s: %s", (detail, expected) => {
  expect(saysDiskIsFull(detail)).toBe(expected);
});
