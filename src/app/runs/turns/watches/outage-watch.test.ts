import { describe, expect, test } from "vitest";
import { sampleRun } from "../../../../../test/support/run-samples.ts";
import type { AgentEvent } from "../../../../core/agent/contract/agent-event.ts";
import { MINUTE_MS } from "../../../../core/values/durations.ts";
import { StoreError } from "../../../../ports/store/store-error.ts";
import type { TurnStop } from "./attempt-watch.ts";
import { OutageWatch } from "./outage-watch.ts";

const SAYS: AgentEvent = { kind: "message", from: "agent", text: "Hello", part: null, delivered: null };
const LIMIT: AgentEvent = {
  ...{ kind: "limit", status: "reached", window: "five_hour", usedPercent: 100, resetsAtMs: 60 * MINUTE_MS },
};
const OVERLOADED: AgentEvent = {
  ...{ kind: "retrying", retry: 2, retriesMax: 10, delayMs: 500, status: 529, why: "overloaded" },
};
const error = (code: "limit" | "overloaded" | "other"): AgentEvent => ({
  ...{ kind: "error", code, status: null, why: "It failed." },
});

function world({ canResume = true } = {}) {
  let nowMs = 0;
  let isBroken = false;
  const reported: string[] = [];
  const stops: TurnStop[] = [];
  const tell = async (words: string): Promise<void> => {
    if (isBroken) throw new StoreError({ kind: "busy", message: "not now", hint: "later" });
    reported.push(words);
  };
  const watch = new OutageWatch({
    clock: { wallMs: () => nowMs, monotonicMs: () => nowMs },
    outages: {
      ...{ account: "claude@desk", host: "desk" },
      pauses: {
        open: async (_, { cause, untilMs }) => await tell(`open ${cause} until ${untilMs}`),
        answered: async () => await tell("answered"),
        window: async ({ window, usedPercent }) => await tell(`window ${window}: ${usedPercent} %`),
      },
    },
    keepSlot: { questionMs: 30 * MINUTE_MS, waitMs: 2 * MINUTE_MS },
    control: { isWorking: true, canResume, stopTurn: (stop) => stops.push(stop), say: () => false },
    run: sampleRun({ state: "running" }),
  });
  return {
    watch,
    reported,
    stops,
    breakStore: (broken: boolean) => {
      isBroken = broken;
    },
    hear: async (...events: readonly AgentEvent[]) => {
      for (const event of events) watch.note(event);
      await watch.tell().catch(() => {});
    },
    pass: async (ms: number) => {
      nowMs += ms;
      await watch.attend();
    },
  };
}

describe("N22: what an agent meets while its turn continues", () => {
  test("pauses its account at once, and again only when its end moves", async () => {
    const { hear, reported } = world();
    await hear(SAYS, OVERLOADED, OVERLOADED, LIMIT);
    await hear({ ...LIMIT, resetsAtMs: 90 * MINUTE_MS });
    expect(reported.filter((words) => words.startsWith("open"))).toEqual([
      "open overloaded until null",
      `open limit until ${60 * MINUTE_MS}`,
      `open limit until ${90 * MINUTE_MS}`,
    ]);
  });

  test("an answer is reported once at the start, and once after each outage", async () => {
    const { hear, reported } = world();
    await hear(SAYS, SAYS, OVERLOADED, SAYS, SAYS);
    expect(reported).toEqual(["answered", "open overloaded until null", "answered"]);
  });

  test("how much of a window is used is reported", async () => {
    const { hear, reported } = world();
    await hear({ ...LIMIT, status: "warning", usedPercent: 93 });
    expect(reported).toEqual(["window five_hour: 93 %"]);
  });

  test("its run keeps its slot for worker.wait_hold_min, and then is held", async () => {
    const { hear, pass, stops } = world();
    await hear(SAYS, LIMIT);
    await pass(MINUTE_MS);
    expect(stops).toEqual([]);
    await pass(MINUTE_MS);
    expect(stops[0]?.hold).toMatchObject({
      spared: { kind: "paused", cause: "limit", why: "5-hour limit reached" },
      held: { cause: "limit", scope: { kind: "account", name: "claude@desk" }, untilMs: 60 * MINUTE_MS },
    });
  });

  test("one that continues on its own keeps its slot", async () => {
    const { hear, pass, stops } = world();
    await hear(OVERLOADED);
    await pass(MINUTE_MS);
    await hear(SAYS);
    await pass(10 * MINUTE_MS);
    expect(stops).toEqual([]);
  });

  test("so does one whose turn could not go on later", async () => {
    const { hear, pass, stops } = world({ canResume: false });
    await hear(LIMIT);
    await pass(10 * MINUTE_MS);
    expect(stops).toEqual([]);
  });

  test("what the store does not take is reported later, in order", async () => {
    const { watch, hear, reported, breakStore } = world();
    breakStore(true);
    await hear(SAYS, OVERLOADED);
    await expect(watch.attend()).rejects.toThrow(StoreError);
    breakStore(false);
    await watch.attend();
    expect(reported).toEqual(["answered", "open overloaded until null"]);
  });
});

describe("N20: what ended an attempt", () => {
  test("is held for what its agent said last", async () => {
    const { watch, hear, reported } = world();
    await hear(SAYS, LIMIT, error("limit"));
    expect(watch.holdAtEnd()).toMatchObject({ held: { cause: "limit", untilMs: 60 * MINUTE_MS } });
    await watch.tell();
    expect(reported).toContain(`open limit until ${60 * MINUTE_MS}`);
  });

  test("N21: the pause is known before the end is", async () => {
    const { watch, hear, reported } = world();
    await hear(SAYS, error("overloaded"));
    expect(watch.holdAtEnd()).toMatchObject({ held: { cause: "overloaded" } });
    await watch.tell();
    expect(reported).toEqual(["answered", "open overloaded until null"]);
  });

  test("an outage that it got over ends nothing", async () => {
    const { watch, hear } = world();
    await hear(OVERLOADED, error("overloaded"), SAYS);
    expect(watch.holdAtEnd()).toBeNull();
  });

  test("a failure of its own is its own", async () => {
    const { watch, hear } = world();
    await hear(SAYS, error("other"));
    expect(watch.holdAtEnd()).toBeNull();
  });

  test("a limit that it only reported before it went is what ended it", async () => {
    const { watch, hear } = world();
    await hear(LIMIT, error("other"));
    expect(watch.holdAtEnd()).toMatchObject({ held: { cause: "limit" } });
  });
});
