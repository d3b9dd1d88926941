import { describe, expect, test } from "vitest";
import { sampleRow } from "../../../test/support/sample-snapshot.ts";
import type { SignalCode } from "../contract/signal.ts";
import type { TaskRow } from "../contract/snapshot.ts";
import type { Notification, NotificationKind } from "../records/notification.ts";
import { makeSignal } from "../signal/signal-table.ts";
import { isoTime } from "../text/iso-time.ts";
import { MINUTE_MS } from "../values/durations.ts";
import { type KnownNeeds, needsOf, restoreNeeds, stepNeeds } from "./needs.ts";

const T0 = Date.UTC(2026, 2, 24, 22);
const at = (minutes: number) => T0 + minutes * MINUTE_MS;
const NOTHING: KnownNeeds = new Map();

function row(key: string, sinceMin: number, code: SignalCode = "ci_failed", asked?: string): TaskRow {
  const evidence = asked === undefined ? {} : { asked };
  const since = isoTime(at(sinceMin));
  const signals = [makeSignal({ code, tier: 2, evidence }, since)];
  return sampleRow({ key, group: "needs_attention", since, signals });
}

/** Runs steps, each at a minute with the rows of then; returns what each said. */
function play(steps: readonly (readonly [minute: number, rows: readonly TaskRow[]])[], known = NOTHING) {
  return steps.map(([minute, rows]) => {
    const step = stepNeeds(known, needsOf(rows), at(minute));
    known = step.known;
    return step.news.map(({ kind, need }) => `${kind} ${need.key}`);
  });
}

describe("N81: who newly needs a person, and who no longer does", () => {
  test("each is news once", () => {
    const a = row("a", 1);
    expect(
      play([
        [0, []],
        [1, [a]],
        [2, [a]],
        [3, []],
        [4, []],
        [5, []],
        [9, []],
      ]),
    ).toEqual([[], ["needs_you a"], [], [], [], ["resolved a"], []]);
  });

  test("only rows that the page counts under Needs you", () => {
    const watched = { ...row("a", 1), group: "active" as const };
    expect(needsOf([watched, row("b", 1)]).map(({ key }) => key)).toEqual(["b"]);
  });

  test("flapping within two minutes is one", () => {
    expect(
      play([
        [0, [row("a", 0)]],
        [1, []],
        [2, [row("a", 2)]],
        [3, []],
        [4, [row("a", 4)]],
        [5, []],
        [8, []],
      ]),
    ).toEqual([["needs_you a"], [], [], [], [], [], ["resolved a"]]);
  });

  test("after two minutes it is news again, also where nothing looked in between", () => {
    expect(
      play([
        [0, [row("a", 0)]],
        [1, []],
        [60, [row("a", 60)]],
      ])[2],
    ).toEqual(["needs_you a"]);
  });

  test("another reason within two minutes is news; another one of the same while it waits is not", () => {
    expect(
      play([
        [0, [row("a", 0)]],
        [1, []],
        [2, [row("a", 2, "worker_blocked")]],
      ])[2],
    ).toEqual(["needs_you a"]);
    expect(
      play([
        [0, [row("a", 0)]],
        [1, [row("a", 0, "worker_blocked")]],
      ])[1],
    ).toEqual([]);
  });

  test("the next question of a task is news, however soon", () => {
    const [first, second] = [row("a", 0, "needs_answer", "22:00"), row("a", 1, "needs_answer", "22:01")];
    expect(
      play([
        [0, [first]],
        [1, [second]],
        [2, [second]],
      ]),
    ).toEqual([["needs_you a"], ["needs_you a"], []]);
    expect(
      play([
        [0, [first]],
        [1, []],
        [1.5, [first]],
      ])[2],
    ).toEqual([]);
  });

  test("says when to look again", () => {
    const { known } = stepNeeds(NOTHING, needsOf([row("a", 0)]), at(0));
    expect(stepNeeds(known, [], at(1)).dueMs).toBe(at(3));
    expect(stepNeeds(known, needsOf([row("a", 0)]), at(1)).dueMs).toBeNull();
  });
});

describe("N82: what a process that starts says", () => {
  const sent = (kind: NotificationKind, key: string | null, minute: number): Notification => ({
    id: `command ${kind} ${key} ${minute}`,
    channel: "command",
    kind,
    key,
    title: "",
    text: "",
    atMs: at(minute),
    state: "sent",
    tries: 1,
    nextTryMs: 0,
    error: null,
  });
  const restarted = (
    outbox: readonly Notification[],
    rows: readonly TaskRow[],
    later: readonly TaskRow[] = rows,
  ) =>
    play(
      [
        [10, rows],
        [11, later],
        [14, later],
      ],
      restoreNeeds(outbox, needsOf(rows), at(10)),
    ).flat();

  test("nothing old when notifications were just switched on, and no end of that", () => {
    expect(restarted([], [row("a", 0)])).toEqual([]);
    expect(restarted([], [row("a", 0)], [])).toEqual([]);
    expect(restarted([sent("test", null, 9)], [row("a", 0)])).toEqual([]);
  });

  test("not again what was said", () => {
    expect(restarted([sent("needs_you", "a", 1)], [row("a", 1)])).toEqual([]);
    expect(restarted([sent("needs_you", null, 1)], [row("a", 1)])).toEqual([]);
  });

  test("what began while no one looked, or was lost by a crash", () => {
    expect(restarted([sent("needs_you", "a", 1)], [row("a", 1), row("b", 2)])).toEqual(["needs_you b"]);
  });

  test("the end of what was said before", () => {
    expect(restarted([sent("needs_you", "a", 1)], [row("a", 1)], [])).toEqual(["resolved a"]);
    expect(restarted([sent("resolved", "a", 5), sent("needs_you", "a", 1)], [row("a", 1)], [])).toEqual([]);
  });
});
