import { expect, test } from "vitest";
import { HOUR_MS } from "../values/durations.ts";
import { judgeLease, type LeaseObservation } from "./judge-lease.ts";

const TERM_MS = 21_000;
const NOW_MS = 1_800_000_000_000;

function check(
  sight: { holder: LeaseObservation["holder"]; leftMs: number; unchangedMs: number },
  expected: ReturnType<typeof judgeLease>,
): void {
  const { holder, leftMs, unchangedMs } = sight;
  const expiresAtMs = NOW_MS + leftMs;
  expect(judgeLease({ holder, expiresAtMs, nowMs: NOW_MS, termMs: TERM_MS, unchangedMs })).toBe(expected);
}

test("R9: a live holder's lease is never taken, a dead one's at once", () => {
  check({ holder: "alive", leftMs: 15_000, unchangedMs: 5_000 }, "wait");
  check({ holder: "unknown", leftMs: 15_000, unchangedMs: 5_000 }, "wait");
  check({ holder: "gone", leftMs: 15_000, unchangedMs: 0 }, "break");
  check({ holder: "gone", leftMs: -1, unchangedMs: 0 }, "claim");
});

test("R9: a holder that lives but does not renew is followed after its term", () => {
  check({ holder: "alive", leftMs: -1, unchangedMs: TERM_MS }, "claim");
  check({ holder: "unknown", leftMs: -1, unchangedMs: 0 }, "claim");
});

test("R10: a lease that ends a day ahead blocks for one term, not for a day", () => {
  check({ holder: "unknown", leftMs: 24 * HOUR_MS, unchangedMs: TERM_MS - 1 }, "wait");
  check({ holder: "unknown", leftMs: 24 * HOUR_MS, unchangedMs: TERM_MS }, "break");
  check({ holder: "alive", leftMs: HOUR_MS, unchangedMs: TERM_MS }, "break");
});

test("R10: a clock that went forward an hour does not take the lease of a holder at work", () => {
  check({ holder: "alive", leftMs: -HOUR_MS, unchangedMs: 0 }, "wait");
  check({ holder: "alive", leftMs: -HOUR_MS, unchangedMs: TERM_MS / 2 }, "claim");
});
