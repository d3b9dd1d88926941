// What an agent says in the samples: a piece of each kind that a transcript shows.

import {
  type AgentActivity,
  emptyActivity,
  foldEvent,
} from "../../src/core/agent/activity/agent-activity.ts";
import type { AgentEvent, TimedEvent, ToolEvent } from "../../src/core/agent/contract/agent-event.ts";

const MINUTE_MS = 60_000;

export function sampleTool(changes: Partial<ToolEvent>): ToolEvent {
  return {
    kind: "tool",
    id: "t",
    name: "Bash",
    does: "run",
    input: "npm test",
    state: "ok",
    exitCode: 0,
    ms: 300,
    output: null,
    lines: null,
    ...changes,
  };
}

export function sampleMessage(text: string, person: string | null = null): AgentEvent {
  const from = person === null ? "agent" : { person };
  return { kind: "message", from, text, part: null, delivered: person === null ? null : "mid_turn" };
}

/** In the hour before `nowMs`, oldest first. */
export function sampleEvents(nowMs: number): readonly TimedEvent[] {
  const read = (id: string, input: string) =>
    sampleTool({ id, name: "Read", does: "read", input, exitCode: null, ms: 20 });
  const events: readonly (readonly [minutesAgo: number, event: AgentEvent])[] = [
    [58, { kind: "session", id: "5e1c09d4", model: "opus-5-5", version: "2.1.332" }],
    [57, sampleMessage("I look at how activity is loaded, then at the cache.")],
    [56, read("r1", "src/activity/reader.ts")],
    [56, read("r2", "src/activity/cache.ts")],
    [56, sampleTool({ id: "r3", name: "Grep", does: "search", input: "offset", exitCode: null, ms: 40 })],
    [
      55,
      {
        kind: "plan",
        entries: [
          { text: "Read how activity is loaded", state: "done" },
          { text: "Key and invalidation", state: "done" },
          { text: "Tests by the fake clock", state: "active" },
          { text: "Report and finish", state: "pending" },
        ],
      },
    ],
    [
      52,
      {
        kind: "asked",
        id: "q",
        about: "question",
        text: "Should the cache survive a change of the config file?",
        choices: ["survive", "drop it"],
      },
    ],
    [40, sampleMessage("Drop it as a whole. Correct first, fast second.", "mia")],
    [
      39,
      sampleMessage(
        "Dropping the whole cache keeps the key small: `repo · head · config hash`. Next:\n\n- read events only from the last kept offset,\n- throw the file away when the hash differs.",
      ),
    ],
    [
      38,
      sampleTool({
        id: "e1",
        name: "Edit",
        does: "edit",
        input: "src/activity/cache.ts",
        exitCode: null,
        lines: { added: 48, removed: 12 },
      }),
    ],
    [37, sampleTool({ id: "b1", input: "npm run typecheck", ms: 11_400 })],
    [
      36,
      sampleTool({
        id: "b2",
        input: "npm test -- activity",
        state: "failed",
        exitCode: 1,
        ms: 41_000,
        output:
          "FAIL test/activity/cache.test.ts > drops entries after 60 s\nAssertionError: expected 3 entries, got 2",
      }),
    ],
    [30, { kind: "denied", tool: "Write", input: "/etc/hosts", why: "outside the worktree" }],
    [
      28,
      {
        kind: "limit",
        status: "reached",
        window: "five_hour",
        usedPercent: 100,
        resetsAtMs: nowMs - 12 * MINUTE_MS,
      },
    ],
    [12, { kind: "retrying", retry: 3, retriesMax: 10, delayMs: 2_400, status: 503, why: "overloaded" }],
    [11, { kind: "reasoning", text: "The test raced the real clock by 40 ms.", part: null }],
    [10, { kind: "usage", input: 412_000, output: 31_000, cached: 1_200_000, contextPercent: 41 }],
    [10, { kind: "cost", usd: 1.86, isEstimate: true }],
    [9, sampleTool({ id: "b3", input: 'git commit -m "Expire entries by the fake clock"' })],
    [4, sampleTool({ id: "b4", state: "running", exitCode: null, ms: null })],
  ];
  return events.map(([minutesAgo, event]) => ({
    ...event,
    atMs: nowMs - minutesAgo * MINUTE_MS,
    attempt: 1,
  }));
}

export function sampleActivity(nowMs: number): AgentActivity {
  return sampleEvents(nowMs).reduce(foldEvent, emptyActivity(1)).activity;
}
