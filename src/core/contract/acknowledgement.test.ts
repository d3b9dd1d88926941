import { describe, expect, test } from "vitest";
import { HOUR_MS } from "../values/durations.ts";
import {
  type Acknowledgement,
  acknowledgeSignal,
  isInForce,
  type NewAcknowledgement,
  RERAISED_AT_MOST,
} from "./acknowledgement.ts";

const NOW_MS = Date.UTC(2026, 2, 24, 12);
const USUAL_MS = 4 * HOUR_MS;
const RAISED = "2026-03-24T10:00:00.000Z";

const request = (fields: Partial<NewAcknowledgement> = {}): NewAcknowledgement => ({
  key: "a",
  code: "worker_idle",
  firstSeen: RAISED,
  kind: "acknowledged",
  by: "dave",
  note: null,
  nowMs: NOW_MS,
  untilMs: null,
  usualMs: USUAL_MS,
  ...fields,
});

/** Acknowledges again each time it is raised again. */
function acknowledgeAgain(times: number, fields: Partial<NewAcknowledgement> = {}): Acknowledgement {
  let before: Acknowledgement | null = null;
  for (let time = 0; time < times; time += 1) {
    before = acknowledgeSignal(request({ ...fields, nowMs: NOW_MS + time * USUAL_MS }), before);
  }
  if (before === null) throw new Error("Acknowledge at least once.");
  return before;
}

const holdsAt = (acknowledgement: Acknowledgement, nowMs: number, firstSeen = RAISED) =>
  isInForce(acknowledgement, { firstSeen, nowMs });

test("it holds for the usual time, and says who, when and why", () => {
  const made = acknowledgeSignal(request({ note: "on it" }), null);
  expect(made).toEqual({
    key: "a",
    code: "worker_idle",
    firstSeen: RAISED,
    kind: "acknowledged",
    by: "dave",
    note: "on it",
    atMs: NOW_MS,
    untilMs: NOW_MS + USUAL_MS,
    times: 1,
  });
  expect(holdsAt(made, NOW_MS)).toBe(true);
  expect(holdsAt(made, NOW_MS + USUAL_MS - 1)).toBe(true);
  expect(holdsAt(made, NOW_MS + USUAL_MS)).toBe(false);
});

test("a signal is automatically raised again twice, and then no more until the fact is gone", () => {
  expect(RERAISED_AT_MOST).toBe(2);
  expect(acknowledgeAgain(2)).toMatchObject({ times: 2, untilMs: NOW_MS + 2 * USUAL_MS });
  const last = acknowledgeAgain(3);
  expect(last).toMatchObject({ times: 3, untilMs: null });
  expect(holdsAt(last, NOW_MS + 1000 * HOUR_MS)).toBe(true);
});

describe("a chosen time", () => {
  test("is kept, however often", () => {
    const untilMs = NOW_MS + 9 * HOUR_MS;
    expect(acknowledgeAgain(1, { untilMs }).untilMs).toBe(untilMs);
    expect(acknowledgeAgain(5, { untilMs }).untilMs).toBe(untilMs);
  });

  test("a snooze always ends", () => {
    expect(acknowledgeAgain(1, { kind: "snoozed" })).toMatchObject({ untilMs: NOW_MS + USUAL_MS });
    expect(acknowledgeAgain(5, { kind: "snoozed" })).toMatchObject({
      times: 5,
      untilMs: NOW_MS + 5 * USUAL_MS,
    });
  });
});

test("a fact that went and came back is a new one", () => {
  const third = acknowledgeAgain(3);
  const raisedAgain = "2026-03-25T08:00:00.000Z";
  expect(holdsAt(third, NOW_MS, raisedAgain)).toBe(false);
  const again = acknowledgeSignal(request({ firstSeen: raisedAgain }), third);
  expect(again).toMatchObject({ times: 1, untilMs: NOW_MS + USUAL_MS });
  expect(holdsAt(again, NOW_MS, raisedAgain)).toBe(true);
});
