import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { TIMER_CLOCK } from "../../../../test/support/app-world.ts";
import type { AgentActivity } from "../../../core/agent/activity/agent-activity.ts";
import { AttemptRecord } from "./attempt-record.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("N93: a digest that a full disk refused is written once there is room, without another event", () => {
  const written: AgentActivity[] = [];
  let isFull = false;
  const writeActivity = (activity: AgentActivity) => !isFull && written.push(activity) > 0;
  const events = { write: () => {}, writeActivity, clean: String, close: () => {} };
  const record = new AttemptRecord(
    { clock: TIMER_CLOCK, events, usage: null },
    { attempt: 1, startedAtMs: 0 },
  );
  isFull = true;
  vi.advanceTimersByTime(5_000);
  record.addMessage("dave", "Go on.", "turn");
  vi.advanceTimersByTime(60_000);
  expect(written).toHaveLength(1);
  isFull = false;
  vi.advanceTimersByTime(15_000);
  expect(written).toHaveLength(2);
  expect(written.at(-1)).toEqual(record.activity);
  vi.advanceTimersByTime(60_000);
  expect(written).toHaveLength(2);
  isFull = true;
  record.close();
  expect(vi.getTimerCount()).toBe(0);
});
