import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  checks,
  closed,
  deliveryRecord,
  merged,
  pullRequest,
  RED,
  rebaseAttempt,
} from "../../../test/support/pull-request-samples.ts";
import { sampleRun } from "../../../test/support/run-samples.ts";
import { NOON_MS } from "../../../test/support/task-tree.ts";
import type { PullRequest } from "../contract/pull-request.ts";
import { REBASE_OUTCOMES } from "../contract/pull-request.ts";
import { RUN_STATES, type Run } from "../contract/run.ts";
import {
  DELIVERY_RETRY_MS,
  type DeliveryInput,
  type DeliveryRecord,
  type DeliverySettings,
  deliveryNeed,
  deliveryRetryMs,
  judgeDelivery,
  REPAIRS_MAX,
} from "./judge-delivery.ts";

const OFF: DeliverySettings = { rebase: "off", repair: "off" };
const REBASE: DeliverySettings = { rebase: "safe", repair: "off" };
const REPAIR: DeliverySettings = { rebase: "off", repair: "agent" };
const BOTH: DeliverySettings = { rebase: "safe", repair: "agent" };

const CONFLICT = pullRequest({ mergeable: "conflict" });
const BEHIND = pullRequest({ mustUpdate: true, behindBy: 3 });
const RED_ONE = pullRequest({ checks: RED });
const ENDED = sampleRun({ state: "exited", worktree: ".worktrees/a" });

/** "rebase: why", "repair conflict: why", "none: because"; an hour after noon, its worker having ended, unless given. */
function step(given: Partial<DeliveryInput> & Pick<DeliveryInput, "pullRequest" | "settings">): string {
  const judged = judgeDelivery({ run: ENDED, record: null, nowMs: NOON_MS + 3_600_000, ...given });
  switch (judged.kind) {
    case "none":
      return `none: ${judged.because}`;
    case "repair":
      return `repair ${judged.because}: ${judged.why}`;
    case "rebase":
      return `rebase: ${judged.why}`;
  }
}

describe("what it needs", () => {
  test.each<[ReturnType<typeof deliveryNeed>, PullRequest]>([
    ["conflict", CONFLICT],
    ["conflict", pullRequest({ mergeable: "conflict", checks: RED, mustUpdate: true })],
    ["checks", RED_ONE],
    ["checks", pullRequest({ checks: RED, mustUpdate: true })],
    ["behind", BEHIND],
    ["behind", pullRequest({ mustUpdate: true, checks: checks({ failing: 1, running: 1 }) })],
    [null, pullRequest({ checks: checks({ failing: 1, running: 1 }) })],
    [null, pullRequest({ behindBy: 9 })],
    [null, pullRequest({ mergeable: "unknown" })],
    [null, merged({ mergeable: "conflict", checks: RED })],
    [null, closed({ mergeable: "conflict", mustUpdate: true })],
  ])("%s", (need, one) => {
    expect(deliveryNeed(one)).toBe(need);
    if (need === null) expect(step({ pullRequest: one, settings: BOTH })).toBe("none: null");
  });
});

describe("by settings", () => {
  test.each<[string, PullRequest, DeliverySettings, string]>([
    ["conflict", CONFLICT, OFF, "none: delivery.repair is off"],
    ["conflict", CONFLICT, REBASE, "rebase: it conflicts with main"],
    ["conflict", CONFLICT, REPAIR, "repair conflict: it conflicts"],
    ["conflict", CONFLICT, BOTH, "rebase: it conflicts with main"],
    ["behind", BEHIND, OFF, "none: delivery.rebase is off"],
    ["behind", BEHIND, REBASE, "rebase: it must be up to date with main"],
    ["behind", BEHIND, REPAIR, "none: delivery.rebase is off"],
    ["behind", BEHIND, BOTH, "rebase: it must be up to date with main"],
    ["checks", RED_ONE, OFF, "none: delivery.repair is off"],
    ["checks", RED_ONE, REBASE, "none: delivery.repair is off"],
    ["checks", RED_ONE, REPAIR, "repair checks: its checks are failing"],
    ["checks", RED_ONE, BOTH, "repair checks: its checks are failing"],
  ])("%s %#", (_, one, settings, expected) => {
    expect(step({ pullRequest: one, settings })).toBe(expected);
  });
});

describe("by its run", () => {
  const followUp = { by: "dave", atMs: NOON_MS, text: "go on" };
  test.each<[string, Run | null, PullRequest, string]>([
    ["no one's", null, CONFLICT, "rebase: it conflicts with main"],
    ["no one's, red", null, RED_ONE, "none: it has no supervised worker to ask"],
    ["queued", sampleRun(), RED_ONE, "none: its worker will resume"],
    ["being started", sampleRun({ state: "dispatching" }), CONFLICT, "none: a worker is running"],
    ["at work", sampleRun({ state: "running" }), CONFLICT, "none: a worker is running"],
    ["at work, behind", sampleRun({ state: "running" }), BEHIND, "none: a worker is running"],
    [
      "by hand, ended",
      sampleRun({ kind: "by_hand", state: "exited" }),
      BEHIND,
      "none: it is claimed by hand",
    ],
    [
      "by hand, in conflict",
      sampleRun({ kind: "by_hand", state: "exited" }),
      CONFLICT,
      "none: it has no supervised worker to ask",
    ],
    [
      "by hand, red",
      sampleRun({ kind: "by_hand", state: "exited" }),
      RED_ONE,
      "none: it has no supervised worker to ask",
    ],
    [
      "given something",
      sampleRun({ state: "exited", followUps: [followUp] }),
      RED_ONE,
      "none: its worker will resume",
    ],
    ["failed", sampleRun({ state: "failed" }), RED_ONE, "repair checks: its checks are failing"],
    ["interrupted", sampleRun({ state: "interrupted" }), RED_ONE, "repair checks: its checks are failing"],
    [
      "W22: stopped by a person",
      sampleRun({
        state: "interrupted",
        attempts: [{ number: 1, startedAtMs: 0, endedAtMs: 1, end: { kind: "stopped", by: "mia" } }],
      }),
      RED_ONE,
      "none: it was stopped by mia",
    ],
    ["closed", sampleRun({ state: "closed" }), RED_ONE, "none: it has no supervised worker to ask"],
  ])("%s", (_, run, one, expected) => {
    expect(step({ pullRequest: one, settings: BOTH, run })).toBe(expected);
  });
});

describe("by what was done before", () => {
  const later = (ms: number) => NOON_MS + ms;
  const rebased = (given: Parameters<typeof rebaseAttempt>[0]) =>
    deliveryRecord({ rebase: rebaseAttempt(given) });
  const asked = (...heads: readonly string[]) =>
    deliveryRecord({
      repairs: heads.map((headCommit) => ({ headCommit, because: "checks", atMs: NOON_MS })),
    });

  test.each<[string, Partial<DeliveryInput>, string]>([
    ["it did not work: its worker is asked", { record: rebased({}) }, "repair conflict: it conflicts"],
    [
      "it did not work, and no one is to be asked",
      { record: rebased({}), settings: REBASE },
      "none: delivery.repair is off",
    ],
    [
      "it did not work on an older commit",
      { record: rebased({ headCommit: "older" }) },
      "rebase: it conflicts with main",
    ],
    [
      "dirty, just now",
      { record: rebased({ outcome: "dirty", why: "2 files" }), nowMs: later(DELIVERY_RETRY_MS - 1) },
      "none: 2 files",
    ],
    [
      "dirty, a while ago",
      { record: rebased({ outcome: "dirty" }), nowMs: later(DELIVERY_RETRY_MS) },
      "rebase: it conflicts with main",
    ],
    [
      "failed, just now",
      { record: rebased({ outcome: "failed", why: "no network" }), nowMs: later(DELIVERY_RETRY_MS - 1) },
      "none: no network",
    ],
    [
      "failed, a while ago",
      { record: rebased({ outcome: "failed" }), nowMs: later(DELIVERY_RETRY_MS) },
      "rebase: it conflicts with main",
    ],
    [
      "rebased, and the host has not said so yet",
      { record: rebased({ outcome: "rebased", why: null }), nowMs: later(1) },
      "none: it was just rebased",
    ],
  ])("rebase of a conflict: %s", (_, given, expected) => {
    expect(step({ pullRequest: CONFLICT, settings: BOTH, ...given })).toBe(expected);
  });

  test.each<[DeliveryRecord | null, string]>([
    [null, "rebase: it must be up to date with main"],
    [rebased({ why: "both change a.ts" }), "none: both change a.ts"],
    [rebased({ headCommit: "older" }), "rebase: it must be up to date with main"],
  ])("one that is only behind is never sent back %#", (record, expected) => {
    expect(step({ pullRequest: BEHIND, settings: BOTH, record })).toBe(expected);
  });

  test.each<[DeliveryRecord, string]>([
    [asked("older"), "repair checks: its checks are failing"],
    [asked("older", "old"), "none: its worker was asked 2 times"],
    [asked("older", "old", "still"), "none: its worker was asked 2 times"],
  ])("sent back at most twice %#", (record, expected) => {
    expect(step({ pullRequest: RED_ONE, settings: BOTH, record })).toBe(expected);
  });

  test("conflicts and failing checks count together", () => {
    const record = { ...asked("a", "b"), rebase: rebaseAttempt() };
    expect(step({ pullRequest: CONFLICT, settings: BOTH, record })).toBe(
      "none: its worker was asked 2 times",
    );
  });

  test("when it may be tried again follows from the newest attempt", () => {
    expect(deliveryRetryMs(null)).toBe(Number.POSITIVE_INFINITY);
    expect(deliveryRetryMs(asked("x"))).toBe(Number.POSITIVE_INFINITY);
    expect(deliveryRetryMs(rebased({}))).toBe(NOON_MS + DELIVERY_RETRY_MS);
  });
});

test("R14: however host, worker and worktree behave, care is bounded and never in anyone's way", () => {
  const event = fc.record({
    mergeable: fc.constantFrom("clean", "conflict", "conflict", "unknown"),
    checks: fc.constantFrom(RED, RED, checks({ running: 1 }), checks({ passing: 1 })),
    mustUpdate: fc.boolean(),
    /** Someone pushes: what the host says from then on is about another commit. */
    pushes: fc.boolean(),
    run: fc.option(
      fc.record({ state: fc.constantFrom(...RUN_STATES), kind: fc.constantFrom("supervised", "by_hand") }),
    ),
    passMs: fc.constantFrom(0, 1_000, DELIVERY_RETRY_MS / 2, DELIVERY_RETRY_MS),
    outcome: fc.constantFrom(...REBASE_OUTCOMES),
  });
  const settings = fc.constantFrom(OFF, REBASE, REPAIR, BOTH, BOTH, BOTH);
  fc.assert(
    fc.property(fc.array(event, { minLength: 20, maxLength: 60 }), settings, (events, chosen) => {
      let record = deliveryRecord();
      let head = 0;
      let nowMs = NOON_MS;
      const attempts: NonNullable<DeliveryRecord["rebase"]>[] = [];
      for (const { pushes, passMs, run: given, outcome, ...facts } of events) {
        nowMs += passMs;
        if (pushes) head += 1;
        const headCommit = `head-${head}`;
        const run = given && sampleRun(given as Partial<Run>);
        const one = pullRequest({ ...facts, headCommit } as Partial<PullRequest>);
        const judged = judgeDelivery({ pullRequest: one, run, record, settings: chosen, nowMs });
        if (judged.kind === "none") continue;
        expect(run?.state === "running" || run?.state === "dispatching").toBe(false);
        if (judged.kind === "repair") {
          expect([chosen.repair, run?.kind]).toEqual(["agent", "supervised"]);
          const repairs = [...record.repairs, { headCommit, because: judged.because, atMs: nowMs }];
          record = { ...record, repairs };
        } else {
          expect(chosen.rebase).toBe("safe");
          expect(run?.kind).not.toBe("by_hand");
          const before = attempts.filter((attempt) => attempt.headCommit === headCommit);
          expect(before.some((attempt) => attempt.outcome === "manual")).toBe(false);
          for (const { atMs } of before) expect(nowMs - atMs).toBeGreaterThanOrEqual(DELIVERY_RETRY_MS);
          const rebase = rebaseAttempt({ headCommit, outcome, atMs: nowMs });
          attempts.push(rebase);
          record = { ...record, rebase };
        }
        expect(record.repairs.length).toBeLessThanOrEqual(REPAIRS_MAX);
      }
    }),
    { numRuns: 500 },
  );
});
