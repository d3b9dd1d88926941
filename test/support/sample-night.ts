// The sample at work in the middle of a bad night: pauses of every scope and phase, what is held and why, what needs a person for
// a budget or a loop, what keeps starts waiting, and what happened since the evening.

import type { AttemptSpared, Run } from "../../src/core/contract/run.ts";
import type { Dispatch, PauseView, RunView } from "../../src/core/contract/run-view.ts";
import type { Snapshot, TaskRow } from "../../src/core/contract/snapshot.ts";
import { withWaiting } from "../../src/core/dispatch/waiting-tasks.ts";
import { type NightSummary, summarizeNight } from "../../src/core/night/night-summary.ts";
import { HOUR_MS, MINUTE_MS } from "../../src/core/values/durations.ts";
import type { FakeWork } from "./fake-work.ts";
import {
  atWork,
  DISPATCH,
  endedRun,
  progress,
  question,
  rowsAtWork,
  snapshotAtWork,
  storedRun,
} from "./sample-runs.ts";
import { minutesAgo, OBSERVED_AT_MS, sampleRow, sampleSignal } from "./sample-snapshot.ts";

const CLAUDE = { kind: "account", name: "claude@desk" } as const;
const UNTIL = new Date(OBSERVED_AT_MS + 2 * HOUR_MS + 16 * MINUTE_MS).toISOString();

type Held = NonNullable<RunView["held"]>;

const held = (cause: Held["cause"], sentence: string, over: Partial<Held> = {}): Held => ({
  ...{ cause, sentence, scope: null, on: "claude@desk", since: minutesAgo(20), until: null },
  ...over,
});

const waits = (key: string, minutes: number, given: Held): TaskRow =>
  sampleRow(
    {
      key,
      group: "active",
      run: atWork(key, minutes, { state: "queued", progress: null, requested_worker: "claude", held: given }),
    },
    minutes,
  );

/** What is held, and what waits for a person. */
function nightRows(): TaskRow[] {
  const script = { name: "script", kind: "command", version: null, permissions: null };
  const budget: NonNullable<RunView["budget"]> = {
    ...{ what: "usd" as const, used: 5.4, limit: 5, percent: 108, raises: 0 },
    reached_at: minutesAgo(4),
  };
  const repeats = "claude has run npm test 10 times with the same result. Continue?";
  return [
    waits("limited", 90, held("limit", "Limited", { scope: CLAUDE, until: UNTIL })),
    waits(
      "signed-out",
      40,
      held("signed_out", "Signed out", { scope: { kind: "account", name: "codex@desk" } }),
    ),
    waits("waits-for-ci", 30, held("wait", "Waits for CI 8812", { on: "CI 8812", until: UNTIL })),
    waits("ran-out-of-memory", 10, held("memory", "Waits to run alone", { on: "the other workers" })),
    sampleRow(
      {
        key: "keeps-its-slot",
        group: "active",
        run: atWork("keeps-its-slot", 15, {
          agent: script,
          progress: progress("waiting", { detail: "the registry", until: UNTIL }),
        }),
      },
      15,
    ),
    sampleRow(
      {
        key: "used-up",
        title: "Port the importer",
        group: "needs_attention",
        run: endedRun("used-up", 4, { budget }),
        signals: [sampleSignal("budget_reached", "Its budget is used up: $5.40 of $5.00")],
      },
      4,
    ),
    sampleRow(
      {
        key: "repeats-itself",
        group: "needs_attention",
        run: endedRun("repeats-itself", 7, { question: { ...question(repeats), asked_by: "tasks" } }),
        signals: [sampleSignal("needs_answer", repeats)],
      },
      7,
    ),
  ];
}

const pause = (over: Partial<PauseView>): PauseView => ({
  scope: CLAUDE,
  cause: "limit",
  why: "5-hour limit reached",
  sentence: "Claude limited on desk",
  since: minutesAgo(20),
  until: UNTIL,
  next_probe: UNTIL,
  by_hand: false,
  phase: "waiting",
  probe: null,
  starts: 0,
  waiting: 0,
  waiting_tasks: [],
  workers: ["claude"],
  window: "five_hour",
  ...over,
});

const PAUSES: readonly PauseView[] = [
  pause({}),
  pause({
    ...{ scope: { kind: "account", name: "codex@desk" }, cause: "signed_out", why: "401 Unauthorized" },
    ...{ sentence: "Codex signed out on desk", until: null, next_probe: null, workers: ["codex"] },
  }),
  pause({
    ...{ scope: { kind: "account", name: "team" }, cause: "overloaded", why: "529 Overloaded" },
    ...{
      sentence: "team's service overloaded",
      until: null,
      phase: "probing",
      probe: "limited",
      workers: [],
    },
  }),
  pause({
    ...{ scope: { kind: "account", name: "ci" }, cause: "billing", why: "402 Payment Required" },
    ...{ sentence: "ci cannot pay", until: null, next_probe: null, by_hand: true, workers: [] },
  }),
  pause({
    ...{ scope: { kind: "host", name: "desk" }, cause: "network", why: "getaddrinfo ENOTFOUND api.example" },
    ...{ sentence: "No network on desk", phase: "easing", starts: 1, until: null, workers: [] },
  }),
  pause({
    ...{
      scope: { kind: "setup", name: "desk before_run 1f3a" },
      cause: "setup",
      why: "npm error 503 Service Unavailable",
    },
    ...{ sentence: "Set-up fails on desk (before_run)", until: null, workers: [] },
  }),
];

const HOLDS: Dispatch["holds"] = [
  {
    ...{ code: "room", sentence: "holds: 3.1 GB free, 5 GB needed; worktrees and run files use 41 GB" },
    ...{ applies: "all", worker: null, until: null },
  },
  { code: "review", sentence: "holds: 8 wait for review", applies: "new", worker: null, until: null },
  {
    ...{ code: "reserve", sentence: "holds: 25 % of claude@desk is kept for people until 18:00" },
    ...{ applies: "all", worker: "claude", until: UNTIL },
  },
];

const WINDOWS: Dispatch["windows"] = [
  { account: "team", window: "five_hour", used_percent: 86, resets_at: UNTIL, at: minutesAgo(2) },
  { account: "team", window: "weekly", used_percent: 41, resets_at: UNTIL, at: minutesAgo(2) },
];

/** `pauses`: as many of the first. */
export function snapshotOfNight({ pauses = PAUSES.length } = {}): Snapshot {
  const rows = [...nightRows(), ...rowsAtWork()];
  const dispatch: Dispatch = {
    ...DISPATCH,
    ...{ default_worker: "claude", fallbacks: { claude: ["gemini"], codex: ["gemini"] } },
    ...{ pauses: PAUSES.slice(0, pauses), holds: HOLDS, windows: WINDOWS },
  };
  return snapshotAtWork({ dispatch: withWaiting(dispatch, rows) }, rows);
}

const LIMIT: AttemptSpared = {
  kind: "paused",
  cause: "limit",
  scope: CLAUDE,
  why: "5-hour limit reached",
};

/** Since the evening before, as the store has it. */
export function recordsOfNight(
  sinceMs: number,
): Pick<FakeWork, "stored" | "spans" | "sleeps" | "transitions" | "used"> {
  const at = (hours: number) => sinceMs + hours * HOUR_MS;
  const attempt = (number: number, over: Partial<Run["attempts"][number]> = {}) => ({
    ...{
      number,
      startedAtMs: at(number - 1),
      endedAtMs: at(number),
      end: { kind: "exited", code: 2 } as const,
    },
    ...over,
  });
  const attempts = [attempt(1), attempt(2, { spared: LIMIT })];
  const moved = ["done-0", "done-1", "done-2", "done-3", "export-as-csv", "fix-port-collisions"];
  return {
    stored: [storedRun("limited", { attempts }), storedRun("signed-out", { attempts: [attempt(1)] })],
    spans: [0, 1, 2, 3, 7, 8].map((hour) => ({
      ...{ host: "desk", fromMs: at(hour), toMs: at(hour + 1) },
      uses: { working: 4 * HOUR_MS, limit: 2 * HOUR_MS, nothing_ready: 2 * HOUR_MS },
    })),
    sleeps: [{ host: "desk", fromMs: at(4), toMs: at(6.5) }],
    transitions: moved.map((key, id) => ({
      ...{ kind: "moved" as const, key, atMs: at(1), title: key, owner: null, id, seq: 1 },
      ...{ from: "active" as const, to: "done" as const, reason: "" },
    })),
    used: [],
  };
}

/** Nine hours, as pages show them. */
export function sampleNight(): NightSummary {
  const sinceMs = OBSERVED_AT_MS - 9 * HOUR_MS;
  const { stored, used, ...records } = recordsOfNight(sinceMs);
  const { tasks: rows, dispatch } = snapshotOfNight();
  const { host, per_host: slots } = dispatch;
  return summarizeNight({
    ...records,
    ...{ sinceMs, nowMs: OBSERVED_AT_MS, rows, runs: stored, usage: used, host, slots, cycleS: 15 },
  });
}
