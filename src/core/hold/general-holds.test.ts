import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rounds } from "../../../test/support/rounds.ts";
import { runView } from "../../../test/support/run-samples.ts";
import { pullRequestView, rowInReview } from "../../../test/support/sample-pull-requests.ts";
import { sampleRow } from "../../../test/support/sample-snapshot.ts";
import type { AccountWindow } from "../records/scoped-pause.ts";
import { HOUR_MS } from "../values/durations.ts";
import { UTC, type Zone } from "../values/local-time.ts";
import { generalHolds, type HoldsInput } from "./general-holds.ts";
import { parseReserve } from "./reserve.ts";
import { reviewHold } from "./review-hold.ts";
import { judgeRoom, type MeasuredRoom, type Room, type RoomLimits, roomHold, roomWords } from "./room.ts";
import { scheduleHold } from "./working-hours.ts";

const GB = 1e9;
const LIMITS: RoomLimits = { min_free_gb: 5, min_free_inodes_percent: 5, min_free_memory_gb: 2 };
const PLENTY: MeasuredRoom = { diskBytes: 90 * GB, inodesPercent: 80, memoryBytes: 12 * GB, usedBytes: null };
const TUESDAY = "2026-12-01";
const at = (time: string, day = TUESDAY): number => Date.parse(`${day}T${time}:00Z`);

const room = (measured: Partial<MeasuredRoom>, before: Room | null = null): Room =>
  judgeRoom(before, { ...PLENTY, ...measured }, LIMITS, at("12:00"));
const sentence = (shown: Room): string | null => roomHold(shown, LIMITS)?.sentence ?? null;

describe("room", () => {
  test.each<[string, Partial<MeasuredRoom>, string | null]>([
    ["plenty", {}, null],
    ["exactly what is needed", { diskBytes: 5 * GB }, null],
    ["little disk space", { diskBytes: 3.19 * GB }, "holds: 3.1 GB free, 5 GB needed"],
    ["few inodes", { inodesPercent: 4.99 }, "holds: 4.9 % of inodes free, 5 % needed"],
    ["little memory", { memoryBytes: 0 }, "holds: 0 GB of memory available, 2 GB needed"],
    [
      "little of two",
      { diskBytes: GB, memoryBytes: GB },
      "holds: 1 GB free, 5 GB needed; 1 GB of memory available, 2 GB needed",
    ],
    ["nothing known", { diskBytes: null, inodesPercent: null, memoryBytes: null }, null],
  ])("N50: nothing starts without it, and the reason has the numbers: %s", (_, measured, expected) => {
    expect(sentence(room(measured))).toBe(expected);
    if (expected !== null)
      expect(roomHold(room(measured), LIMITS)).toMatchObject({ code: "room", applies: "all" });
  });

  test("N50: a limit of 0 asks for nothing", () => {
    const none = { min_free_gb: 0, min_free_inodes_percent: 0, min_free_memory_gb: 0 };
    const empty = { diskBytes: 0, inodesPercent: 0, memoryBytes: 0, usedBytes: null };
    expect(roomHold(judgeRoom(null, empty, none, 0), none)).toBe(null);
  });

  test("N51: starts go on only when a tenth more than needed is free", () => {
    const low = room({ diskBytes: 4.9 * GB });
    const edge = room({ diskBytes: 5.4 * GB }, low);
    expect(sentence(edge)).toBe("holds: 5.4 GB free, 5.5 GB needed");
    expect(sentence(room({ diskBytes: 5.5 * GB }, edge))).toBe(null);
    // One that was never low is not held there.
    expect(sentence(room({ diskBytes: 5.4 * GB }))).toBe(null);
  });

  test("N51: small changes show nothing new, a real one does", () => {
    const before = room({});
    expect(room({ diskBytes: 88 * GB, memoryBytes: 10 * GB }, before)).toBe(before);
    expect(room({ diskBytes: 40 * GB }, before).free_gb).toBe(40);
    const near = room({ diskBytes: 8 * GB });
    expect(room({ diskBytes: 7.5 * GB }, near)).toBe(near);
    expect(room({ diskBytes: 6.5 * GB }, near).free_gb).toBe(6.5);
    expect(room({ usedBytes: 3 * GB }, before).disk_used_mb).toBe(3_000);
  });

  test("N51: what is shown never says more is free than is needed while it holds, nor the other way round", () => {
    const free = fc.double({ min: 0, max: 12, noNaN: true });
    fc.assert(
      fc.property(fc.array(free, { minLength: 1, maxLength: 12 }), (measures) => {
        let shown: Room | null = null;
        for (const gb of measures) {
          const wasLow: boolean = shown?.lacking.includes("disk") ?? false;
          shown = room({ diskBytes: gb * GB }, shown);
          const isLow = shown.lacking.includes("disk");
          expect(isLow).toBe(gb < (wasLow ? 5 * 1.1 : 5));
          if (isLow) expect(shown.free_gb).toBeLessThan(5.5);
        }
      }),
      { numRuns: rounds({ short: 100, full: 5_000 }) },
    );
  });
});

test("N62: the room in words, with what worktrees use", () => {
  expect(roomWords(room({ usedBytes: 3.1 * GB }))).toBe(
    "90 GB free, 12 GB of memory available; worktrees and run files use 3.1 GB",
  );
  expect(roomWords(room({ memoryBytes: null }))).toBe("90 GB free");
  expect(roomWords(room({ diskBytes: null, memoryBytes: null }))).toBe(null);
});

describe("hours", () => {
  test.each<[string, string, string | null]>([
    ["22:00-06:00", "21:59", "holds: new tasks start at 22:00"],
    ["22:00-06:00", "22:00", null],
    ["22:00-06:00", "05:59", null],
    ["22:00-06:00", "06:00", "holds: new tasks start at 22:00"],
    ["08:00-18:00", "07:00", "holds: new tasks start at 08:00"],
    ["08:00-18:00", "18:00", "holds: new tasks start at 08:00"],
    ["08:00-08:00", "03:00", null],
  ])("N55: %s at %s", (hours, time, expected) => {
    const hold = scheduleHold(hours, at(time), UTC);
    expect(hold?.sentence ?? null).toBe(expected);
    // Retries, repairs and answers go on.
    expect(hold?.applies ?? "new").toBe("new");
  });

  test("N55: it ends with the next opening, which may be tomorrow", () => {
    expect(scheduleHold("22:00-06:00", at("06:00"), UTC)?.until).toBe(`${TUESDAY}T22:00:00.000Z`);
    expect(scheduleHold("08:00-18:00", at("18:00"), UTC)?.until).toBe("2026-12-02T08:00:00.000Z");
    expect(scheduleHold(null, at("18:00"), UTC)).toBe(null);
  });

  test("N56: an opening that the clocks skip is when they have jumped", () => {
    const jumpMs = Date.parse("2026-03-29T01:00:00Z");
    const berlin: Zone = (atMs) => (atMs >= jumpMs ? 120 : 60);
    const hold = scheduleHold("02:30-06:00", jumpMs - HOUR_MS, berlin);
    expect(hold).toMatchObject({
      until: "2026-03-29T01:00:00.000Z",
      sentence: "holds: new tasks start at 03:00",
    });
  });
});

describe("reviews", () => {
  const ended = (key: string) =>
    sampleRow({ key, group: "in_review", base_group: "in_review", run: runView({ state: "exited" }) });

  test("N54: new tasks wait while so many wait for a person's review", () => {
    const rows = [ended("a"), ended("b"), sampleRow({ key: "c", group: "ready", base_group: "ready" })];
    expect(reviewHold(rows, 2)).toMatchObject({
      code: "review",
      applies: "new",
      sentence: "holds: 2 wait for review",
    });
    expect(reviewHold(rows, 3)).toBe(null);
    expect(reviewHold(rows, null)).toBe(null);
    expect(reviewHold([ended("a")], 1)?.sentence).toBe("holds: 1 waits for review");
  });

  test("N54: what waits for CI, its worker or a repair in the queue is no review", () => {
    const waits = (key: string, who: "you" | "ci" | "worker" | "author" | "github") =>
      rowInReview({
        key,
        view: { ...pullRequestView(), waits: { for: who, because: null, what: "x", since: TUESDAY } },
      });
    const repair = { ...ended("r"), run: runView({ state: "queued" }) };
    const rows = [waits("a", "ci"), waits("b", "worker"), waits("c", "github"), waits("d", "author"), repair];
    expect(reviewHold(rows, 1)).toBe(null);
    expect(reviewHold([...rows, waits("e", "you")], 1)?.sentence).toBe("holds: 1 waits for review");
    // With a signal it is in another group, and still someone's review.
    const signalled = { ...ended("s"), group: "needs_attention" as const };
    expect(reviewHold([signalled], 1)).not.toBe(null);
  });
});

describe("what is kept for people", () => {
  const window = (values: Partial<AccountWindow> = {}): AccountWindow => ({
    account: "claude@desk",
    window: "five_hour",
    usedPercent: 80,
    resetsAtMs: at("20:00"),
    atMs: at("09:00"),
    ...values,
  });
  const held = (reserve: string, time: string, values: Partial<AccountWindow> = {}, day = TUESDAY) =>
    generalHolds({
      ...QUIET,
      reserve: [reserve],
      windows: [window(values)],
      nowMs: at(time, day),
    });

  test.each<[string, string, Partial<AccountWindow>, string | null]>([
    ["25% weekdays 08:00-18:00", "12:00", {}, "18:00"],
    ["25% weekdays 08:00-18:00", "12:00", { usedPercent: 75 }, "18:00"],
    ["25% weekdays 08:00-18:00", "12:00", { usedPercent: 74.9 }, null],
    ["25% weekdays 08:00-18:00", "18:00", {}, null],
    ["25% weekends 08:00-18:00", "12:00", {}, null],
    ["25% weekdays 08:00-18:00", "12:00", { resetsAtMs: at("14:00") }, "14:00"],
    ["25% weekdays 08:00-18:00", "15:00", { resetsAtMs: at("14:00") }, null],
    ["25%", "03:00", {}, "20:00"],
    ["25% 22:00-06:00", "23:30", { resetsAtMs: null }, "06:00"],
    ["25%", "12:00", { usedPercent: null }, null],
    ["25%", "12:00", { resetsAtMs: null, atMs: at("11:00", "2026-11-30") }, null],
    ["25%", "12:00", { account: "codex@desk" }, null],
  ])("N57: %s at %s with %o", (reserve, time, values, until) => {
    const holds = held(reserve, time, values);
    expect(holds.map(({ code, worker }) => `${code} ${worker}`)).toEqual(until === null ? [] : ["reserve c"]);
    if (until !== null) expect(holds[0]?.until?.slice(11, 16)).toBe(until);
  });

  test("N57: the sentence says how much of what is used, and until when", () => {
    expect(held("25% weekdays 08:00-18:00", "12:00")[0]?.sentence).toBe(
      "holds: 80 % of claude@desk's limit five_hour is used, 25 % is kept for people until 18:00",
    );
  });

  test("N57: a span over midnight belongs to the day on which it begins", () => {
    const friday = held(
      "25% weekdays 22:00-06:00",
      "03:00",
      { resetsAtMs: null, atMs: at("00:00", "2026-12-05") },
      "2026-12-05",
    );
    expect(friday).toHaveLength(1);
    const sunday = held(
      "25% weekdays 22:00-06:00",
      "03:00",
      { resetsAtMs: null, atMs: at("00:00", "2026-12-07") },
      "2026-12-07",
    );
    expect(sunday).toEqual([]);
  });

  test("N57: anything else is no reserve", () => {
    for (const wrong of ["", "25", "25% sometimes", "25% weekdays 8-18", "25% daily 08:00-18:00 x"])
      expect(parseReserve(wrong), wrong).toBe(null);
  });
});

const QUIET: HoldsInput = {
  room: null,
  dispatch: { ...LIMITS, at: null },
  budget: null,
  reserve: [],
  windows: [],
  accounts: { c: "claude@desk", x: "codex@elsewhere" },
  nowMs: at("12:00"),
  zone: UTC,
};

test("N50: room comes first: it is the reason that a row shows", () => {
  const all = generalHolds({
    ...QUIET,
    room: room({ diskBytes: GB }),
    dispatch: { ...LIMITS, at: "22:00-06:00" },
    reserve: ["25%"],
    windows: [{ account: "claude@desk", window: "", usedPercent: 99, resetsAtMs: null, atMs: at("11:00") }],
  });
  expect(all.map(({ code }) => code)).toEqual(["room", "schedule", "reserve"]);
});
