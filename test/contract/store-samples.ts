// Values for store tests: complete, valid, and different from each other by a number.

import type { ActivityChange } from "../../src/core/contract/activity.ts";
import type { FileRecord, ParsedFile } from "../../src/core/contract/parsed-file.ts";
import type { RunView } from "../../src/core/contract/run-view.ts";
import type { Attestation, SnapshotHeader, TaskRow } from "../../src/core/contract/snapshot.ts";
import type { RelativePath } from "../../src/core/contract/task.ts";
import { NEVER_SYNCED, viewSource } from "../../src/core/pull-request/sync-state.ts";
import type { LeaseHolder, Publication } from "../../src/ports/store/store.ts";

export const T0_MS = Date.parse("2026-03-24T12:00:00.000Z");
export const TERM_MS = 15_000;

export function holder(name: string): LeaseHolder {
  return { id: name, host: "desk", pid: 4711, url: name === "b" ? null : "http://127.0.0.1:8005/status" };
}

export function iso(ms: number): string {
  return new Date(ms).toISOString();
}

export function header(title = "Infra"): SnapshotHeader {
  return {
    schema_version: 1,
    repository: {
      name: "app",
      branch: "main",
      commit: null,
      default_branch: "main",
      git: "ok",
      notice: null,
    },
    thresholds: {
      pickup_overdue_hours: 24,
      stuck_in_progress_hours: 72,
      doubt_percent: 20,
      idle_watch_minutes: 15,
      idle_person_minutes: 30,
      look_closer_minutes: 5,
      start_stalled_minutes: 10,
      grace_minutes: 5,
      review_overdue_hours: 24,
      reraise_hours: 4,
    },
    workstreams: [{ slug: "infra", title, file: "tasks/workstreams/infra/index.md", owner: "dave" }],
    milestones: [
      { slug: "m1", title: "M1", file: "tasks/milestones/m1.md", target: "2026-06-01", past_target: false },
    ],
    initiatives: [],
    people: [{ slug: "dave", name: "Dave", aliases: ["davefowler"], roles: ["architect"] }],
    owners_checked: true,
    problems: [],
    doubts: [],
    dispatch: {
      automatic: false,
      pause: { by: "dave", at: iso(T0_MS), note: null },
      host: "desk",
      configured: true,
      live: 1,
      per_host: 8,
      per_owner: 8,
      elsewhere: 0,
      stopped: {},
      barred: {},
      default_worker: null,
      fallbacks: {},
      held: {},
      pauses: [],
      windows: [],
      holds: [],
      room: null,
      untrusted: [],
    },
  };
}

export function attestation(cycle: number): Attestation {
  const off = { state: "off" as const, observed_at: null, error: null, mode: null };
  return {
    cycle,
    observed_at: iso(T0_MS + cycle),
    duration_ms: 12.5,
    sources: {
      tasks: { state: "ok", observed_at: iso(T0_MS + cycle), error: null, mode: "watching" },
      runs: off,
      pull_requests: viewSource(NEVER_SYNCED, { reserve: 1_000 }),
    },
  };
}

/** A row whose key may be `<workstream>/<slug>`; `mark` makes a different content under the same key. */
export function row(key: string, mark = 0): TaskRow {
  const slug = key.slice(key.lastIndexOf("/") + 1);
  return {
    key,
    slug,
    id: `INFRA-${slug.toUpperCase()}`,
    title: `Do "${slug}" — part ${mark}\u2028<b>`,
    description: mark % 2 === 0 ? null : "What it is about",
    file: `tasks/workstreams/infra/tasks/${slug}.md`,
    workstream: "infra",
    status: mark % 2 === 0 ? "ready" : null,
    priority: "p1",
    milestone: mark % 3 === 0 ? "m1" : null,
    initiative: mark % 2 === 1 ? "speed" : null,
    worker: mark % 4 === 1 ? "careful, or | not: ☃" : null,
    owner: "dave",
    owner_as: "architect",
    owner_state: "known",
    group: "waiting",
    base_group: "ready",
    rule: "waiting_on_dependencies",
    reason: "blocked by 1 of 2 dependencies: other",
    since: iso(T0_MS),
    since_basis: "commit",
    base_since: iso(T0_MS),
    base_since_basis: "transition",
    changed_at: iso(T0_MS + mark),
    changed_basis: "seen",
    dependencies: [
      { reference: "other", key: "infra/other", state: "unfinished", candidates: [] },
      { reference: "lost", key: null, state: "ambiguous", candidates: ["a/lost", "b/lost"] },
    ],
    dependents: ["next"],
    progress: { ticked: 1, dropped: 1, total: 3 },
    sections: [
      { heading: "Plan", line: 9, ticked: 1, dropped: 1, total: 2 },
      { heading: "QA Exploration", line: 14, ticked: 0, dropped: 0, total: 1 },
    ],
    gates: { qa_exploration: "open", review_cleared: "absent" },
    completed: mark % 2 === 1 ? "2026-03-24" : null,
    completed_by: mark % 2 === 1 ? "ann" : null,
    problems: [
      { code: "x", severity: "warning", file: `tasks/${slug}.md`, line: 3, message: "m", hint: "h" },
    ],
    signals: [
      {
        code: "pickup_overdue",
        tier: 2,
        sentence: "Ready for long.",
        evidence: { since: iso(T0_MS) },
        first_seen: iso(T0_MS),
        acknowledged: null,
      },
    ],
    pull_request: null,
    run: mark % 3 === 2 ? runView(mark) : null,
  };
}

/** What a row says of its task's run. */
export function runView(mark = 0): RunView {
  return {
    id: `run-${mark}`,
    kind: "supervised",
    state: "running",
    since: iso(T0_MS),
    epoch: 2,
    attempt: 1,
    attempts_max: 3,
    failures_in_row: 0,
    queued_by: "dave",
    queued_at: iso(T0_MS),
    not_before: null,
    started_at: iso(T0_MS),
    host: "desk",
    worker_name: "claude",
    requested_worker: null,
    worktree: ".worktrees/a",
    branch: "task/a",
    commits: mark,
    worktree_exists: true,
    drifted: false,
    root_edited: false,
    left_running: [],
    first_port: null,
    checked_out: null,
    port_block: 0,
    uncommitted: false,
    outcome: null,
    question: {
      number: 1,
      text: "Which region?",
      choices: ["eu"],
      about: "question",
      asked_at: iso(T0_MS),
      answer: null,
    },
    follow_ups: 0,
    ending: null,
    taken_over: null,
    has_session: true,
    last_end: null,
    last_line: "…done",
    agent: { name: "claude", kind: "claude", version: "2.1.197", permissions: "full" },
    doing: { kind: "tool", text: "npm test", tool: "Bash", does: "run", others: 0, since: iso(T0_MS) },
    plan: { done: 3, total: 7, current: "Measure" },
    tokens: { input: 412_000, output: 31_000, cached: 1_200 },
    context_percent: 41,
    cost: { usd: 1.86, estimated: true },
    diff: {
      files: 2,
      added: 48,
      removed: 12,
      newest: [{ path: "src/a.ts", added: 48, removed: null }],
      at: iso(T0_MS),
    },
    denied: { count: 1, tool: "Write", input: "/etc/x", why: "not allowed" },
    limit: { status: "warning", window: "five_hour", used_percent: 91, resets_at: null, at: iso(T0_MS) },
    held: null,
    goes_first: false,
    waits_alone: false,
    decided_alone: [],
    budget: null,
    loop: null,
    tools_used: null,
    work_ms: null,
    asleep: [],
    disk_mb: null,
    handed_over: null,
    progress: {
      verdict: "asking",
      detail: null,
      until: null,
      quiet_since: null,
      evidence: [{ witness: "output", at: iso(T0_MS), text: "output" }], // words-ok: JSON key
    },
  };
}

export function moved(key: string, over: Partial<ActivityChange> = {}): ActivityChange {
  return {
    kind: "moved",
    atMs: T0_MS,
    key,
    title: `Title of ${key}`,
    owner: "dave",
    from: "ready",
    to: "active",
    reason: "in progress",
    ...over,
  } as ActivityChange;
}

export function raised(key: string, over: Partial<ActivityChange> = {}): ActivityChange {
  return {
    kind: "signal_raised",
    atMs: T0_MS,
    key,
    title: `Title of ${key}`,
    owner: null,
    code: "pickup_overdue",
    tier: 2,
    sentence: "Ready for long.",
    group: "needs_attention",
    ...over,
  } as ActivityChange;
}

export function publication(epoch: number, over: Partial<Publication> = {}): Publication {
  return {
    epoch,
    header: header(),
    changedRows: [],
    goneKeys: [],
    transitions: [],
    attestation: attestation(1),
    nowMs: T0_MS,
    ...over,
  };
}

export function path(text: string): RelativePath {
  return text as RelativePath;
}

export function taskFile(slug: string, mark = 0): ParsedFile {
  return {
    kind: "task",
    spec: {
      slug,
      workstream: "infra",
      file: path(`tasks/workstreams/infra/tasks/${slug}.md`),
      id: `M1-INFRA-${mark}`,
      title: mark % 2 === 0 ? `Title ${mark} ☃` : null,
      description: mark % 2 === 1 ? "What it is about" : null,
      status: "blocked",
      priority: mark % 2 === 1 ? "p3" : null,
      milestone: "m1",
      initiative: mark % 2 === 1 ? "speed" : null,
      owner: "davefowler",
      dependencies: ["other", "infra/other"],
      dependencyLines: [6, 7],
      completedBy: mark % 2 === 1 ? "ann" : null,
      completed: mark % 2 === 1 ? "2026-03-24" : null,
      pullRequest: mark === 0 ? null : { url: null, number: mark },
      proposedFrom: mark % 2 === 1 ? "fix-it" : null,
      worker: mark % 2 === 1 ? "careful]" : null,
      sections: [{ heading: "Plan", line: 12, ticked: 0, dropped: 0, total: mark }],
      gates: { qa_exploration: "ticked", review_cleared: "open" },
      lines: { title: 2, status: 3 },
    },
    problems: [],
    readable: true,
  };
}

/** One parsed file of each kind. */
export const PARSED_FILES: readonly ParsedFile[] = [
  taskFile("fix-it"),
  {
    kind: "workstream",
    slug: "infra",
    file: path("tasks/workstreams/infra/index.md"),
    title: null,
    owner: "dave",
    problems: [],
  },
  {
    kind: "milestone",
    slug: "m1",
    file: path("tasks/milestones/m1.md"),
    title: "M1",
    target: "2026-06-01",
    problems: [
      { code: "x", severity: "error", file: "tasks/milestones/m1.md", line: null, message: "m", hint: "h" },
    ],
  },
  {
    kind: "initiative",
    slug: "speed",
    workstream: "infra",
    document: "decisions",
    file: path("tasks/workstreams/infra/initiatives/speed/decisions.md"),
    title: "Speed",
    problems: [],
  },
  {
    kind: "person",
    slug: "dave",
    file: path("tasks/team/dave.md"),
    name: "Dave",
    aliases: ["davefowler", "dave.fowler"],
    aliasLines: [3, 4],
    problems: [],
  },
  {
    kind: "role",
    slug: "architect",
    file: path("tasks/team/roles/architect.md"),
    title: "Architect",
    owner: "dave",
    filledBy: null,
    line: 2,
    problems: [],
  },
];

export function record(parsed: ParsedFile, mark = 0): FileRecord {
  return {
    stamp: {
      path: parsed.kind === "task" ? parsed.spec.file : parsed.file,
      sizeBytes: 2300 + mark,
      mtimeMs: T0_MS + 0.123 + mark,
      ctimeMs: T0_MS + 0.456,
      inode: 9_007_199_254_740_991,
    },
    hash: mark === 0 ? "" : `abc${mark}`,
    parsed,
    outdated: mark % 2 === 1,
    changed: { atMs: T0_MS, basis: "commit" },
    firstSeenMs: T0_MS - mark,
  };
}
