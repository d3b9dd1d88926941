// The parts of the page's script that need no browser, with clocks in the test's hands. They are plain JavaScript, so
// they are loaded as the browser would.

import { describe, expect, it } from "vitest";
import { loadAssets } from "../assets.ts";
import { durationText } from "./duration.js";
import { joinModules } from "./join-modules.ts";

const load = (name: string) => import(new URL(name, import.meta.url).href);
const { ageAt, serverNowMs, hasJumped, effectiveState } = await load("./age-model.js");
const { askDelayMs, jittered, retryDelayMs, RETRY_CAP_MS, ANSWER_TIMEOUT_MS } = await load("./schedule.js");
const { createEventParser } = await load("./event-stream.js");
const { visitToMark } = await load("./marks.js");

const START = { monotonicMs: 1000, wallMs: 5_000_000 };
const RECEIPT = { ageMs: 4000, observedAtMs: 100_000, at: START };
const later = (monotonicMs: number, wallMs: number) => ({
  monotonicMs: START.monotonicMs + monotonicMs,
  wallMs: START.wallMs + wallMs,
});

describe("age", () => {
  it.each([
    ["both clocks agree", 10_000, 10_000, 14_000],
    ["F8: the monotonic clock slept", 1000, 600_000, 604_000],
    ["F8: the wall clock was set back", 10_000, -3_600_000, 14_000],
    ["F7: nothing ran backwards", -50, -50, 4000],
  ])("%s", (_, monotonicMs, wallMs, expected) => {
    expect(ageAt(RECEIPT, later(monotonicMs, wallMs))).toBe(expected);
    expect(serverNowMs(RECEIPT, later(monotonicMs, wallMs))).toBe(100_000 + expected);
  });

  it("is unknown where the server knows none", () =>
    expect(ageAt({ ...RECEIPT, ageMs: null }, START)).toBeNull());

  it("notices clocks that come apart by more than 2 s", () => {
    expect(hasJumped(START, later(1000, 2900))).toBe(false);
    expect(hasJumped(START, later(1000, 3100))).toBe(true);
    expect(hasJumped(START, later(1000, -1100))).toBe(true);
  });

  it.each([
    ["fresh", 45_000, false, "fresh"],
    ["fresh", 45_001, false, "late"],
    ["fresh", 90_001, false, "stale"],
    ["late", 0, false, "late"],
    ["stale", 0, false, "stale"],
    ["fresh", 0, true, "stale"],
    ["fresh", null, false, "unknown"],
    ["unknown", 5, true, "unknown"],
  ])("F6: served %s, %s ms old, lost %s: %s", (served, ageMs, lost, expected) => {
    expect(effectiveState({ served, ageMs, lost, lateMs: 45_000, staleMs: 90_000 })).toBe(expected);
  });
});

describe("F14: when to ask", () => {
  it("spreads by a tenth, both ways", () => {
    expect(jittered(10_000, 0)).toBe(9000);
    expect(jittered(10_000, 1)).toBe(11_000);
  });

  it("backs off to a minute and no further", () => {
    const delays = [1, 2, 3, 6, 7, 50].map((failures) => retryDelayMs(failures, 0.5));
    expect(delays).toEqual([1000, 2000, 4000, 32_000, 60_000, 60_000]);
    expect(retryDelayMs(99, 1)).toBe(RETRY_CAP_MS);
  });

  it("F6: asks early enough that no answer is noticed within the interval", () => {
    for (const random of [0, 0.5, 1]) {
      expect(
        askDelayMs({ intervalMs: 30_000, streaming: true, failures: 0, random }) + ANSWER_TIMEOUT_MS,
      ).toBeLessThanOrEqual(30_000);
      expect(askDelayMs({ intervalMs: 30_000, streaming: false, failures: 0, random })).toBeLessThanOrEqual(
        30_000,
      );
    }
  });
});

describe("event stream", () => {
  const TEXT =
    'retry: 2000\nevent: snapshot\nid: 7\ndata: {"seq":7}\n\n: still here\n\nevent: attested\ndata: {"a":\ndata: 1}\n\n';

  it("reads events in any pieces, and no comments", () => {
    for (const size of [1, 7, 1000]) {
      const events: unknown[] = [];
      const parse = createEventParser((event: unknown) => events.push(event));
      for (let at = 0; at < TEXT.length; at += size) parse(TEXT.slice(at, at + size));
      expect(events).toEqual([
        { name: "snapshot", id: "7", data: '{"seq":7}' },
        { name: "attested", id: null, data: '{"a":1}' },
      ]);
    }
  });
});

describe("durations", () => {
  it.each([
    [-1, "0 s"],
    [59_999, "59 s"],
    [60_000, "1 min"],
    [3_600_000, "1 h"],
    [4_200_000, "1 h 10 min"],
    [40 * 3_600_000, "40 h"],
    [49 * 3_600_000, "2 days"],
    [400 * 86_400_000, "400 days"],
    [1100 * 86_400_000, "3 years"],
  ])("%d ms is %s", (ms, expected) => expect(durationText(ms)).toBe(expected));
});

describe("the last visit", () => {
  it("is marked once the reader was away for a minute", () => {
    expect(visitToMark(null, 1e9)).toBeNull();
    expect(visitToMark(1e9 - 59_000, 1e9)).toBeNull();
    expect(visitToMark(1e9 - 60_000, 1e9)).toBe(1e9 - 60_000);
  });
});

describe("the script that is sent", () => {
  it("has neither imports nor exports nor comments, and is whole JavaScript", () => {
    const assets = loadAssets();
    const script = assets.byPath.get(assets.urls.script)?.bytes.toString("utf8") ?? "";
    expect(script).not.toMatch(/^(import|export|\/\/|\s*\*)/m);
    expect(() => new Function(script)).not.toThrow();
  });

  it("is its modules without what joins them", () => {
    const joined = joinModules([
      "// Job.\n/** @param {number} a */\nexport function one(a) {\n  return a; // kept\n}\n",
      'import { one } from "./one.js";\nimport {\n  two,\n} from "./two.js";\n\nconst x = one(1);\n',
    ]);
    expect(joined).toBe("function one(a) {\nreturn a; // kept\n}\nconst x = one(1);\n");
  });

  it("assets are addressed by what is in them", () => {
    const { urls, byPath } = loadAssets();
    for (const path of [urls.style, urls.script, ...Object.values(urls.favicon)]) {
      expect(path).toMatch(/^\/assets\/[0-9a-f]{12}\/[\w.-]+$/);
      expect(byPath.get(path)?.bytes.length).toBeGreaterThan(0);
    }
  });
});
