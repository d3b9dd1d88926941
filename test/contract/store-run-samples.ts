// Runs, acknowledgements and actions for store tests, made by the same transitions as everywhere.

import type { Acknowledgement } from "../../src/core/contract/acknowledgement.ts";
import type { Action, ActionChange } from "../../src/core/contract/activity.ts";
import type { CommitSha } from "../../src/core/contract/commit-sha.ts";
import type { ProcessIdentity, Run, RunId } from "../../src/core/contract/run.ts";
import {
  begin,
  claimByHand,
  closeRun,
  queueRun,
  type RunChange,
  take,
} from "../../src/core/run/run-transitions.ts";
import { iso, T0_MS } from "./store-samples.ts";

export function runId(text: string): RunId {
  return text as RunId;
}

export function identity(name: string, host = "desk"): ProcessIdentity {
  return { id: `${host}/boot/${name}`, host, pid: 4711 };
}

/** A queued run of the task, as `tasks kickoff` makes it. */
export function queued(key: string, over: Partial<Pick<Run, "id" | "owner">> = {}): Run {
  const act = { by: "dave", atMs: T0_MS };
  return queueRun({ id: runId(`run-${key}`), key, owner: "dave", act, note: null, ...over });
}

/** A run started outside this tool. */
export function byHand(key: string, host = "desk"): Run {
  return claimByHand({
    id: runId(`run-${key}`),
    key,
    owner: "dave",
    act: { by: "ann", atMs: T0_MS },
    note: null,
    worktree: "/home/ann/app",
    branch: "ann/try",
    baseCommit: null,
    taskHash: null,
    workerName: "ann",
    host,
  });
}

/** The changed run; fails the test when the transition is refused. */
export function must(change: RunChange): Run {
  if (change.kind === "refused") throw new Error(`A sample cannot be made: ${change.why}.`);
  return change.run;
}

export function taken(run: Run, host = "desk"): Run {
  return must(take(run, { dispatcher: identity("dispatcher", host), nowMs: T0_MS + 1 }));
}

export function startedRun(run: Run): Run {
  return must(begin(run, { supervisor: identity("supervisor", run.host ?? "desk"), nowMs: T0_MS + 2 }));
}

export function closed(run: Run, atMs = T0_MS + 3): Run {
  return must(closeRun(run, { as: "abandoned", by: "dave", atMs, why: "not needed" }));
}

const AGENT = {
  name: "careful",
  kind: "claude",
  program: "/usr/bin/claude",
  version: "2.1.197",
  permissions: "ask",
};

/** A run in which nothing is null or empty that can be something else. */
export function fullRun(run: Run): Run {
  const act = { by: "ann", atMs: T0_MS + 5 };
  return {
    ...run,
    notBeforeMs: T0_MS + 0.5,
    attempts: [
      {
        number: 1,
        startedAtMs: T0_MS,
        endedAtMs: T0_MS + 1,
        end: { kind: "exited", code: 1, unfinished: "its usage limit is reached" },
        agent: AGENT,
        use: {
          tokens: { input: 1_200, output: 42, cached: 900 },
          cost: { usd: 0.02, isEstimate: true },
          events: 90,
          unparsed: 1,
        },
      },
      { number: 2, startedAtMs: T0_MS, endedAtMs: T0_MS + 1, end: { kind: "signalled", signal: "SIGKILL" } },
      { number: 3, startedAtMs: T0_MS, endedAtMs: T0_MS + 1, end: { kind: "not_started", detail: "no git" } },
      { number: 4, startedAtMs: T0_MS, endedAtMs: T0_MS + 1, end: { kind: "lost", detail: "gone" } },
      { number: 5, startedAtMs: T0_MS, endedAtMs: T0_MS + 1, end: { kind: "stopped", by: "dave" } },
    ],
    worktree: ".worktrees/a",
    branch: "task/a",
    baseCommit: "0123456789012345678901234567890123456789" as CommitSha,
    taskHash: "abc",
    uncommitted: true,
    workerName: "claude",
    requestedWorker: "careful",
    agent: AGENT,
    session: { kind: "claude", id: "5e1c09d4", isStarted: true },
    worker: identity("worker"),
    firstPort: 20_010,
    proof: { epoch: 2, hash: "f".repeat(64) },
    report: { text: "Half way — \u2028<b>☃", atMs: T0_MS },
    wait: { on: "CI 123", untilMs: T0_MS + 9, atMs: T0_MS },
    question: {
      number: 2,
      text: "Which region?",
      choices: ["eu", "us"],
      request: { id: "r1", about: "permission" },
      fallback: { text: "us", atMs: T0_MS + 9 },
      askedAtMs: T0_MS,
      answer: { ...act, text: "eu", delivered: false },
    },
    followUps: [{ ...act, text: "And the docs" }],
    outcome: { kind: "blocked", note: "no key", atMs: T0_MS },
    proposals: 2,
    decidedAlone: [{ question: "Tabs?", answer: "spaces", atMs: T0_MS }],
    held: {
      cause: "limit",
      scope: { kind: "account", name: "claude@desk" },
      on: "claude@desk",
      sinceMs: T0_MS,
      untilMs: T0_MS + 9,
    },
    alone: true,
    budget: { raises: 1, reached: { what: "usd", atMs: T0_MS } },
    handedOver: { ...act, from: "claude", to: "codex" },
    takenOver: { ...act, holder: identity("holder") },
    stopRequest: { ...act, kind: "interrupt", note: "go on" },
    closing: { ...act, as: "superseded", why: "another run" },
  };
}

export function acted(action: Action, key = "a", over: Partial<ActionChange> = {}): ActionChange {
  return {
    kind: "acted",
    action,
    key,
    atMs: T0_MS,
    title: `Title of ${key}`,
    owner: "dave",
    by: "ann",
    note: null,
    group: null,
    ...over,
  };
}

export function acknowledgement(key: string, over: Partial<Acknowledgement> = {}): Acknowledgement {
  return {
    key,
    code: "worker_idle",
    firstSeen: iso(T0_MS),
    kind: "acknowledged",
    by: "dave",
    atMs: T0_MS,
    untilMs: T0_MS + 1_000,
    note: "looking",
    times: 1,
    ...over,
  };
}
