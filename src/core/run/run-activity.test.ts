import { describe, expect, test } from "vitest";
import { sampleActivity } from "../../../test/support/run-samples.ts";
import { activityNow, lastLineOf } from "./run-activity.ts";

const RUN = { attempt: 2 };
const limit = (resetsAtMs: number | null) =>
  ({
    kind: "limit",
    status: "reached",
    window: null,
    usedPercent: null,
    resetsAtMs,
    atMs: 1_000,
  }) as const;

describe("K33: a digest counts for its own attempt", () => {
  test("one of an earlier attempt says nothing", () => {
    expect(activityNow(RUN, sampleActivity({ attempt: 1 }), 0)).toBeNull();
    expect(activityNow(RUN, null, 0)).toBeNull();
    const own = sampleActivity({ attempt: 2 });
    expect(activityNow(RUN, own, 0)).toBe(own);
  });
});

describe("K34: a usage limit lasts", () => {
  const limitAt = (nowMs: number, given: Parameters<typeof sampleActivity>[0]) =>
    activityNow(RUN, sampleActivity({ attempt: 2, ...given }), nowMs)?.limit ?? null;

  test("until its time, or while the agent does nothing new", () => {
    const stopped = { kind: "between_turns", sinceMs: 1_100 } as const;
    expect(limitAt(4_999, { limit: limit(5_000), doing: stopped })).not.toBeNull();
    expect(limitAt(5_000, { limit: limit(5_000), doing: stopped })).toBeNull();
    expect(limitAt(9_000_000, { limit: limit(null), doing: stopped })).not.toBeNull();
    expect(limitAt(2_000, { limit: limit(null), doing: { kind: "thinking", sinceMs: 900 } })).not.toBeNull();
    expect(limitAt(2_000, { limit: limit(null), doing: { kind: "thinking", sinceMs: 1_500 } })).toBeNull();
  });
});

describe("K33: the last line of a run", () => {
  const log = { changedAtMs: 0, grewAtMs: 0, sizeBytes: 1, lastLine: '{"type":"assistant"}' };

  test("is what the agent said last, not the JSON that it printed", () => {
    expect(lastLineOf({ activity: null, log })).toBe(log.lastLine);
    expect(lastLineOf({ activity: null, log: null })).toBeNull();
    expect(lastLineOf({ activity: sampleActivity(), log })).toBeNull();
    const printed = { ...log, lastLine: "connection refused, trying again" };
    expect(lastLineOf({ activity: sampleActivity(), log: printed })).toBe(printed.lastLine);
    const lastMessage = "I look.\n  Next: the cache.\n\n";
    expect(lastLineOf({ activity: sampleActivity({ lastMessage }), log })).toBe("Next: the cache.");
  });
});
