import { describe, expect, test } from "vitest";
import { NOON_MS } from "../../../test/support/task-tree.ts";
import type { RunId } from "../records/run-id.ts";
import type { ScopedPause } from "../records/scoped-pause.ts";
import { MINUTE_MS } from "../values/durations.ts";
import { jitterMs } from "./back-off.ts";
import { eased, updatePause } from "./ease-pause.ts";
import { meetPause, type Seen } from "./meet-pause.ts";
import { automaticAgain, heldByHand, isByHand } from "./pause-by-hand.ts";

const RUN = "run-1" as RunId;
const UNTIL_MS = NOON_MS + 90 * MINUTE_MS;
const seen = (over: Partial<Seen> = {}): Seen => ({
  ...{ cause: "limit", scope: { kind: "account", name: "claude@desk" }, why: "limit", untilMs: UNTIL_MS },
  ...{ window: null, run: RUN, key: "a", host: "desk", credentials: null },
  ...over,
});
const SIGNED_OUT = { cause: "signed_out", untilMs: null, credentials: "old" } as const;
const MEETING = { nowMs: NOON_MS, resumesAfterLimit: true };
const met = (over: Partial<Seen> = {}, meeting = MEETING) => meetPause(null, seen(over), meeting);
const seenNow = (credentials: string, nowMs: number) => ({ runs: new Map(), credentials, nowMs });

describe("N9: a pause that waits for a person", () => {
  test.each<[string, ScopedPause, number | null]>([
    ["a limit: at its reset", met(), UNTIL_MS + jitterMs(RUN)],
    ["an outage: after its back-off", met({ cause: "overloaded", untilMs: null }), NOON_MS + MINUTE_MS],
    ["a sign-out: when the credentials change", met(SIGNED_OUT), null],
  ])("is automatic again as it was before: %s", (_, before, nextProbeMs) => {
    const held = heldByHand(before);
    expect([isByHand(before), isByHand(held)]).toEqual([false, true]);
    expect(automaticAgain(held, NOON_MS)).toEqual({ ...before, byHand: false, nextProbeMs });
    expect(automaticAgain(before, NOON_MS)).toBe(before);
  });

  test("neither its time, nor other credentials, nor what else is met ends it", () => {
    const held = heldByHand(met(SIGNED_OUT));
    expect(updatePause(held, seenNow("new", NOON_MS))).toBe(held);
    const free = automaticAgain(held, NOON_MS);
    expect(updatePause(free, seenNow("new", NOON_MS))).toMatchObject({ nextProbeMs: NOON_MS });
    const worse = meetPause(heldByHand(met()), seen({ cause: "billing", untilMs: null }), MEETING);
    expect(worse).toMatchObject({ cause: "billing", nextProbeMs: null, byHand: true });
  });

  test("a limit under `dispatch.resume_after_limit: false` can be made automatic too, once", () => {
    const limit = met({}, { ...MEETING, resumesAfterLimit: false });
    expect(isByHand(limit)).toBe(true);
    expect(automaticAgain(limit, NOON_MS).nextProbeMs).toBe(UNTIL_MS + jitterMs(RUN));
  });

  test("once it was ended, nothing is left of it", () => {
    const { byHand, phase } = eased(heldByHand(met()));
    expect([byHand, phase]).toEqual([undefined, "easing"]);
  });
});
