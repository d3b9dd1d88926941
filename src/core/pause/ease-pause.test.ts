import { describe, expect, test } from "vitest";
import { sampleRun } from "../../../test/support/run-samples.ts";
import type { Run, RunId } from "../contract/run.ts";
import type { ScopedPause } from "../records/scoped-pause.ts";
import { answered, updatePause } from "./ease-pause.ts";
import { heldUntilPauseEnds } from "./held-until.ts";
import { meetPause, type Seen } from "./meet-pause.ts";
import { nextLaunchMs } from "./spaced-start.ts";
import { startThrough, takeBackStart } from "./start-through.ts";

const NOW_MS = 1_000_000_000;
const MINUTE_MS = 60_000;
const id = (name: string) => name as RunId;
const seen = (over: Partial<Seen> = {}): Seen => ({
  ...{ cause: "limit", scope: { kind: "account", name: "claude@desk" }, why: "limit", untilMs: null },
  ...{ window: null, run: id("first"), key: "first", host: "desk", credentials: null },
  ...over,
});
const opened = (over: Partial<Seen> = {}) =>
  meetPause(null, seen(over), { nowMs: NOW_MS, resumesAfterLimit: true });

/** The pause while `probe` tries it. */
function probing(): ScopedPause {
  const through = startThrough(
    { ...opened(), nextProbeMs: NOW_MS },
    { run: id("probe"), isHeld: true, othersAreHeld: true, nowMs: NOW_MS },
  );
  if (through === "free" || through === "wait") throw new Error(through);
  return through;
}

const update = (pause: ScopedPause, run: Partial<Run> | null, nowMs = NOW_MS) =>
  updatePause(pause, {
    runs: new Map(run === null ? [] : [[id("probe"), sampleRun({ id: id("probe"), ...run })]]),
    ...{ credentials: null, nowMs },
  });

test("N3: a held run waits until its pause ends, also when that has moved since it met it", () => {
  const scope = { kind: "account", name: "claude@desk" } as const;
  const held = { cause: "limit", scope, on: "claude@desk", sinceMs: NOW_MS, untilMs: NOW_MS + 1 } as const;
  const run = sampleRun({ state: "queued", held });
  const until = (pause: Partial<ScopedPause>) =>
    heldUntilPauseEnds(run, [{ ...opened(), ...pause }]).held?.untilMs;
  expect(until({ untilMs: NOW_MS + 9 })).toBe(NOW_MS + 9);
  expect(until({ untilMs: null })).toBeNull();
  expect(until({ untilMs: NOW_MS + 9, scope: { ...scope, name: "other" } })).toBe(NOW_MS + 1);
  expect(heldUntilPauseEnds(run, [{ scope, untilMs: NOW_MS + 1 }])).toBe(run);
  const free = sampleRun({ state: "queued", held: null });
  expect(heldUntilPauseEnds(free, [opened()])).toBe(free);
});

describe("N2: what becomes of a probe", () => {
  const waits = { phase: "waiting", probe: null, starts: [] };
  const attempt = (over: Partial<Run["attempts"][number]>) => ({
    attempts: [
      {
        number: 1,
        startedAtMs: NOW_MS + 1,
        endedAtMs: NOW_MS + 2,
        end: { kind: "exited", code: 0 } as const,
        ...over,
      },
    ],
  });

  test("gone, or ended without an answer: the next one may try at once", () => {
    const laterMs = NOW_MS + MINUTE_MS;
    expect(update(probing(), null, laterMs)).toMatchObject({ ...waits, nextProbeMs: laterMs });
    const failed = attempt({ end: { kind: "exited", code: 1 } });
    expect(update(probing(), { state: "failed", ...failed })).toMatchObject(waits);
    const spared = attempt({ spared: { kind: "restarted" } });
    expect(update(probing(), { state: "interrupted", ...spared })).toMatchObject(waits);
    expect(takeBackStart(probing(), id("probe"), NOW_MS)).toMatchObject(waits);
  });

  test("N74: let through since the runs were read: no second one is let through beside it", () => {
    expect(update(probing(), null).phase).toBe("probing");
  });

  test("never taken: for a minute it may still be, whichever way the clock is set", () => {
    const queued = { state: "queued", attempts: [] } as const;
    expect(update(probing(), queued, NOW_MS + MINUTE_MS - 1).phase).toBe("probing");
    expect(update(probing(), queued, NOW_MS + MINUTE_MS).phase).toBe("waiting");
    expect(update(probing(), queued, NOW_MS - 180 * MINUTE_MS).phase).toBe("waiting");
  });

  test("finished, or silent for ten minutes: it went well, also where its kind cannot tell", () => {
    expect(update(probing(), { state: "exited", ...attempt({}) }).phase).toBe("easing");
    const running = { state: "running", startedAtMs: NOW_MS } as const;
    expect(update(probing(), running, NOW_MS + 10 * MINUTE_MS - 1).phase).toBe("probing");
    expect(update(probing(), running, NOW_MS + 10 * MINUTE_MS).phase).toBe("easing");
  });

  test("only its own answer counts", () => {
    expect(answered(probing(), id("other"))).toMatchObject({ phase: "probing" });
    expect(answered(probing(), id("probe"))).toMatchObject({ phase: "easing", starts: [] });
  });
});

test("N3: an answer to the run that met an outage ends it, but never a limit", () => {
  expect(answered(opened({ cause: "overloaded" }), id("first")).phase).toBe("easing");
  expect(answered(opened({ cause: "overloaded" }), id("other")).phase).toBe("waiting");
  expect(answered(opened(), id("first")).phase).toBe("waiting");
});

test("N4: what comes and goes does not replace what lasts, and what a person holds stays held", () => {
  const meeting = { nowMs: NOW_MS + 1, resumesAfterLimit: true };
  expect(meetPause(opened(), seen({ cause: "overloaded" }), meeting)).toMatchObject({ cause: "limit" });
  expect(meetPause(opened({ cause: "overloaded" }), seen({ cause: "billing" }), meeting).cause).toBe(
    "billing",
  );
  const byHand = { ...opened(), nextProbeMs: null };
  const later = seen({ untilMs: NOW_MS + MINUTE_MS });
  expect(meetPause(byHand, later, meeting)).toMatchObject({ untilMs: NOW_MS + MINUTE_MS, nextProbeMs: null });
});

test("N2: launches of one account are two seconds apart, whenever they are asked for", () => {
  expect(nextLaunchMs(null, NOW_MS)).toBe(NOW_MS);
  expect(nextLaunchMs(NOW_MS, NOW_MS)).toBe(NOW_MS + 2_000);
  expect(nextLaunchMs(NOW_MS + 4_000, NOW_MS)).toBe(NOW_MS + 6_000);
  expect(nextLaunchMs(NOW_MS - 9_000, NOW_MS)).toBe(NOW_MS);
  // The clock was set back.
  expect(nextLaunchMs(NOW_MS + 11 * MINUTE_MS, NOW_MS)).toBe(NOW_MS);
});
