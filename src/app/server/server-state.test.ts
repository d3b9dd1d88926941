import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { attestation, header, holder, row } from "../../../test/contract/store-samples.ts";
import { rounds } from "../../../test/support/rounds.ts";
import type { CycleOutcome } from "../../core/contract/cycle.ts";
import { assembleSnapshot } from "../../core/publication/assemble.ts";
import { rowsByKey } from "../../core/publication/rows-by-key.ts";
import type { SnapshotView } from "./live-snapshot.ts";
import { nextState } from "./next-server-state.ts";
import {
  createServerState,
  type Effect,
  leaderOf,
  type ServerEvent,
  type ServerState,
} from "./server-state.ts";

const NOON_MS = Date.parse("2026-03-24T12:00:00.000Z");
const NOW = { wallMs: NOON_MS, monotonicMs: 1_000, cpuMs: 10, waitMs: 1_500 };
const FAILURE = { reason: "disk", detail: "The disk does not answer." } as const;

function viewAt(seq: number, cycle = seq): SnapshotView {
  const facts = {
    header: header(),
    rows: [row("a")],
    seq,
    epoch: 1,
    publishedAt: "2026-03-24T12:00:00.000Z",
  };
  const snapshot = assembleSnapshot(facts);
  return {
    snapshot,
    attestation: { ...attestation(cycle), observed_at: "2026-03-24T11:59:50.000Z" },
    rowByKey: rowsByKey(snapshot.tasks),
    newestTransitions: [],
  };
}

const OLD = viewAt(1);
const NEW = viewAt(2);
const attested: CycleOutcome = { kind: "attested", seq: 1, epoch: 1, attestation: attestation(9), tasks: 1 };
const published: CycleOutcome = { ...attested, kind: "published", seq: 2 };
const ended = (outcome: CycleOutcome): ServerEvent => ({
  kind: "cycle_ended",
  ...{ startedAtMs: NOON_MS, endedAtMs: NOON_MS + 5, beganMs: 900, cpuMs: 4 },
  ...{ outcome, nextAttemptAtMs: NOON_MS + 15_000 },
});
const lease = { holder: holder("other"), epoch: 3, expiresAtMs: NOON_MS + 21_000 };

const EVENTS = {
  launched: { kind: "launched" },
  leading: { kind: "leading", epoch: 4 },
  standby: { kind: "standby", holder: holder("other") },
  notice: { kind: "notice", text: "The store was rebuilt." },
  cycleStarted: { kind: "cycle_started", startedAtMs: NOON_MS, beganMs: 900, causes: ["refresh"] },
  progress: { kind: "cycle_progress", progress: { phase: "reading", done: 1, total: 2 } },
  attested: ended(attested),
  published: ended(published),
  failed: ended({ kind: "failed", ...FAILURE }),
  refused: ended({ kind: "refused" }),
  gone: { kind: "gone", failure: FAILURE, restartAtMs: NOON_MS + 250 },
  goneForLong: { kind: "gone", failure: FAILURE, restartAtMs: NOON_MS + 30_000 },
  started: { kind: "started" },
  tick: { kind: "tick" },
  changed: { kind: "store_changed" },
  read: { kind: "store_read", other: null, view: NEW },
  readLease: { kind: "store_read", other: { lease, newest: null }, view: NEW },
  readNoLease: { kind: "store_read", other: { lease: null, newest: null }, view: NEW },
  unreadable: { kind: "store_unreadable", failure: FAILURE, file: null },
  needed: { kind: "cycle_needed", askedMs: 1_000 },
  answered: { kind: "holder_answered", askedMs: 1_000, isAnswered: true },
} as const satisfies Record<string, ServerEvent>;
type EventName = keyof typeof EVENTS;

const base: ServerState = { ...createServerState(NOW), view: OLD };
const other = { kind: "other_runner", lease } as const;
const STATES = {
  viewOnly: base,
  starting: { ...base, runner: "up" },
  own: { ...base, runner: "up", following: { kind: "own_runner" } },
  other: { ...base, following: other },
  failedOwn: {
    ...base,
    runner: "up",
    following: { kind: "store_failed", failure: FAILURE, leader: { kind: "own_runner" } },
  },
  failedOther: { ...base, following: { kind: "store_failed", failure: FAILURE, leader: other } },
} as const satisfies Record<string, ServerState>;
type StateName = keyof typeof STATES;

/** As text: where updates come from, then what is done. */
function stepFrom(state: ServerState, events: readonly EventName[]): string {
  let next = state;
  const effects: Effect[] = [];
  for (const name of events) {
    const step = nextState(next, EVENTS[name], NOW);
    next = step.state;
    effects.push(...step.effects);
  }
  const { following } = next;
  const where = following.kind === "store_failed" ? `failed(${following.leader.kind})` : following.kind;
  const done = effects.map((effect) =>
    effect.kind === "emit"
      ? effect.event.kind
      : effect.kind === "cycle_ended"
        ? `ended:${effect.answer}`
        : effect.kind,
  );
  return [where, ...done].join(" ");
}

const READ = "read_store";
const TABLE: readonly (readonly [StateName, readonly EventName[], string])[] = [
  ["viewOnly", ["started"], `starting ${READ}`],
  ["viewOnly", ["needed"], "starting fail_loads"],
  ["viewOnly", ["changed", "readLease"], `other_runner ${READ} published`],
  ["viewOnly", ["launched", "needed"], "starting"],
  ["starting", ["needed"], "starting"],
  ["starting", ["leading"], "own_runner"],
  ["starting", ["standby", "readLease"], `other_runner ${READ} published ask_again`],
  ["starting", ["gone"], "starting cycle_lost"],
  ["starting", ["goneForLong"], "starting fail_loads"],
  ["starting", ["goneForLong", "needed"], "starting fail_loads fail_loads"],
  ["starting", ["changed", "unreadable"], `failed(starting) ${READ}`],
  ["own", ["needed"], "own_runner ask_runner"],
  ["own", ["cycleStarted", "attested"], "own_runner cycle_started attested ended:refreshed"],
  ["own", ["cycleStarted", "published"], `own_runner cycle_started ${READ}`],
  [
    "own",
    ["cycleStarted", "published", "read"],
    `own_runner cycle_started ${READ} published ended:refreshed`,
  ],
  ["own", ["published", "unreadable"], `failed(own_runner) ${READ} ended:failed`],
  ["own", ["failed", "read"], `own_runner ${READ} published ended:failed`],
  ["own", ["refused", "read"], `own_runner ${READ} published cycle_lost`],
  ["own", ["changed"], "own_runner"],
  ["own", ["changed", "tick"], `own_runner ${READ}`],
  ["own", ["tick"], "own_runner"],
  ["own", ["standby", "readLease"], `other_runner ${READ} published ask_again`],
  ["own", ["gone"], "starting cycle_lost"],
  ["own", ["goneForLong"], "starting fail_loads"],
  // What a read started before said of the lease is older than our runner's word.
  ["starting", ["changed", "leading", "readLease"], `own_runner ${READ} published`],
  ["other", ["needed"], "other_runner ask_holder"],
  ["other", ["needed", "answered", "readLease"], `other_runner ask_holder ${READ} published ended:refreshed`],
  ["other", ["needed", "answered", "unreadable"], `failed(other_runner) ask_holder ${READ} ended:failed`],
  ["other", ["needed", "standby", "readLease"], `other_runner ask_holder ${READ} published`],
  ["other", ["changed", "readNoLease"], `starting ${READ} published`],
  ["other", ["changed", "changed"], `other_runner ${READ}`],
  ["other", ["changed", "changed", "readLease"], `other_runner ${READ} published ${READ}`],
  ["other", ["leading"], "own_runner"],
  ["failedOwn", ["needed"], "failed(own_runner) ask_runner"],
  ["failedOwn", ["tick"], `failed(own_runner) ${READ}`],
  ["failedOwn", ["tick", "read"], `own_runner ${READ} published`],
  ["failedOwn", ["gone"], "failed(starting) cycle_lost"],
  ["failedOther", ["needed"], "failed(other_runner) ask_holder"],
  ["failedOther", ["tick", "readLease"], `other_runner ${READ} published`],
  ["failedOther", ["leading"], "failed(own_runner)"],
];

describe("where updates come from, and what is done", () => {
  test.each(TABLE)("Q6: %s, then %s: %s", (state, events, expected) => {
    expect(stepFrom(STATES[state], events)).toBe(expected);
  });
});

test("events behind the end of a cycle wait until what it published was read", () => {
  const behind = stepFrom(STATES.own, ["cycleStarted", "published", "cycleStarted", "progress"]);
  expect(behind).toBe("own_runner cycle_started read_store");
  expect(stepFrom(STATES.own, ["cycleStarted", "published", "cycleStarted", "read"])).toBe(
    "own_runner cycle_started read_store published ended:refreshed cycle_started",
  );
});

test("Q6: any events in any order: one read at a time, nothing left waiting without one, no state changed in place", () => {
  const names = fc.constantFrom(...(Object.keys(EVENTS) as EventName[]));
  const states = fc.constantFrom(...(Object.keys(STATES) as StateName[]));
  const run = fc.property(states, fc.array(names, { maxLength: 40 }), (start, events) => {
    let state: ServerState = STATES[start];
    let isReading = false;
    for (const name of events) {
      const event: ServerEvent = EVENTS[name];
      const isRead = event.kind === "store_read" || event.kind === "store_unreadable";
      if (isRead && !isReading) continue;
      const before = JSON.stringify(state);
      const step = nextState(state, event, NOW);
      expect(JSON.stringify(state)).toBe(before);
      if (isRead) isReading = false;
      for (const { kind } of step.effects) {
        if (kind !== READ) continue;
        expect(isReading).toBe(false);
        isReading = true;
      }
      state = step.state;
      expect(state.reads.started - state.reads.ended).toBe(isReading ? 1 : 0);
      if (!isReading)
        expect([state.afterRead, state.queuedEvents, state.reads.isAnotherDue]).toEqual([[], [], false]);
      expect(["starting", "own_runner", "other_runner"]).toContain(leaderOf(state).kind);
    }
  });
  fc.assert(run, { numRuns: rounds({ short: 200, full: 5_000 }) });
});
