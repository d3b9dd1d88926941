// What pull requests make of rows: groups, reasons, since when, signals, and what is kept from build to build.

import { describe, expect, test } from "vitest";
import {
  checks,
  closed,
  deliveryRecord,
  merged,
  pullRequest,
  pullRequestsInput,
  RED,
  RUNNING,
  rebaseAttempt,
} from "../../../test/support/pull-request-samples.ts";
import { runFacts, runsInput, sampleRun } from "../../../test/support/run-samples.ts";
import { build, HOUR_MS, NOON_MS, type TaskSketch, taskRecord } from "../../../test/support/task-tree.ts";
import type { FileRecord } from "../contract/parsed-file.ts";
import type { PullRequest } from "../contract/pull-request.ts";
import type { Run } from "../contract/run.ts";
import { taskRowSchema } from "../contract/snapshot.ts";
import { assembleSnapshot } from "../publication/assemble.ts";
import { DELIVERY_RETRY_MS } from "../pull-request/judge-delivery.ts";
import type { PullRequestsInput } from "../pull-request/pull-requests-input.ts";
import { type BuiltSnapshot, restoreBuilt } from "./built-snapshot.ts";

type Given = {
  readonly tasks?: readonly TaskSketch[];
  readonly task?: Partial<TaskSketch>;
  readonly known?: readonly PullRequest[];
  readonly run?: Partial<Run>;
  readonly input?: Partial<PullRequestsInput>;
  readonly previous?: BuiltSnapshot;
  readonly nowMs?: number;
};

const NO_DATES = new Map();
/** Files as they are read once: one that did not change is the same record in the next build. */
const records = new Map<string, FileRecord>();
function recordOf(sketch: TaskSketch): FileRecord {
  const text = JSON.stringify(sketch);
  return records.get(text) ?? records.set(text, taskRecord(sketch)).get(text) ?? taskRecord(sketch);
}

/** Task `a` in progress with #712, an hour after noon, by default. */
function built({ tasks = [], task, known = [pullRequest()], run, input, previous, nowMs }: Given = {}) {
  const files = [{ slug: "a", status: "in_progress" as const, ...task }, ...tasks].map(recordOf);
  return build(files, {
    ...(run !== undefined && { runs: runsInput([runFacts(sampleRun(run))]) }),
    pullRequests: pullRequestsInput(known, input),
    commitDatesMs: NO_DATES,
    previous: previous ?? null,
    nowMs: nowMs ?? NOON_MS + HOUR_MS,
  });
}

function rowOf(from: BuiltSnapshot, key = "a") {
  const row = from.rows.get(key);
  if (row === undefined) throw new Error(`no row of ${key}`);
  return row;
}

const row = (overrides?: Given) => rowOf(built(overrides));
/** "done merged: merged as #712". */
const place = (overrides?: Given) => {
  const { group, rule, reason } = row(overrides);
  return `${group} ${rule}: ${reason}`;
};
const iso = (ms: number) => new Date(ms).toISOString();

describe("the group of a task with a pull request", () => {
  const outcome = { kind: "done", note: "n", atMs: NOON_MS } as const;
  test.each<[string, Given, string]>([
    ["none", { known: [] }, "active in_progress: in progress"],
    ["open", {}, "in_review open_pull_request: #712 waits for you: merge, all checks passing"],
    [
      "open, whatever its file says",
      { task: { status: "not_started" }, known: [pullRequest({ review: "required" })] },
      "in_review open_pull_request: #712 waits for you: review",
    ],
    [
      "open, checks running",
      { known: [pullRequest({ checks: RUNNING })] },
      "in_review open_pull_request: #712 waits for CI: 3 of 7 running",
    ],
    [
      "open, changes requested",
      { known: [pullRequest({ review: "changes_requested" })] },
      "in_review open_pull_request: #712 waits for its author: changes requested",
    ],
    [
      "changes requested of its worker, which has ended",
      { known: [pullRequest({ review: "changes_requested" })], run: { state: "exited", outcome } },
      "in_review open_pull_request: #712 waits for you: changes requested",
    ],
    [
      "its worker is at work",
      { run: { state: "running", attempt: 1, workerName: "claude" } },
      "active being_worked_on: claude running (attempt 1)",
    ],
    [
      "its worker is done, and says so",
      { run: { state: "exited", outcome } },
      "in_review open_pull_request: #712 waits for you: merge, all checks passing",
    ],
    [
      "its worker ended without a word: the pull request says how it went",
      { run: { state: "exited" } },
      "in_review open_pull_request: #712 waits for you: merge, all checks passing",
    ],
    [
      "its worker was stopped",
      { run: { state: "interrupted" } },
      "in_review open_pull_request: #712 waits for you: merge, all checks passing",
    ],
    ["queued again", { run: {} }, "ready queued: queued by dave"],
    [
      "a draft",
      { known: [pullRequest({ draft: true })] },
      "active draft_pull_request: #712 is still a draft",
    ],
    [
      "a draft that its worker has left",
      { known: [pullRequest({ draft: true })], run: { state: "exited", outcome } },
      "in_review open_pull_request: #712 waits for you: still a draft",
    ],
    ["merged", { known: [merged()] }, "done merged: merged as #712; the file still says in progress"],
    [
      "merged, planned",
      { task: { status: "not_started" }, known: [merged()] },
      "done merged: merged as #712; the file still says not started",
    ],
    [
      "merged, its file cannot be read",
      { task: { status: null }, known: [merged()] },
      "done merged: merged as #712; the file still says nothing that can be read",
    ],
    [
      "merged, though its worker is still at work",
      { known: [merged()], run: { state: "running", queued: { by: "dave", atMs: NOON_MS - 1, note: null } } },
      "done merged: merged as #712; the file still says in progress",
    ],
    [
      "merged, and queued again since",
      { known: [merged()], run: { queued: { by: "rj", atMs: NOON_MS + 1_000, note: null } } },
      "ready queued: queued by rj",
    ],
    [
      "merged, and queued within the second that the host tells it by",
      { known: [merged()], run: { queued: { by: "rj", atMs: NOON_MS + 999, note: null } } },
      "done merged: merged as #712; the file still says in progress",
    ],
    [
      "completed by its file, merged or not",
      { task: { status: "completed", completedBy: "dave" }, known: [merged()] },
      "done completed: completed by dave",
    ],
    ["completed by its file, open", { task: { status: "completed" } }, "done completed: completed"],
    ["cancelled, merged", { task: { status: "cancelled" }, known: [merged()] }, "done cancelled: cancelled"],
    [
      "closed without merging",
      { known: [closed()] },
      "active in_progress: in progress; #712 was closed without merging",
    ],
    [
      "closed, and its worker says that it is done",
      { known: [closed()], run: { state: "exited", outcome } },
      "in_review finished_work: worker finished; #712 was closed without merging: ready for your review",
    ],
  ])("%s", (_, overrides, expected) => {
    expect(place(overrides)).toBe(expected);
    const shown = row(overrides);
    expect(taskRowSchema.parse(shown)).toEqual(shown);
  });

  test("a merged one raises nothing, whatever is wrong with it, and counts from the merge", () => {
    const known = [merged({ mergedAtMs: NOON_MS - HOUR_MS, mergeable: "conflict", checks: RED })];
    const shown = row({
      task: { owner: "zoe", dependencies: ["nowhere"] },
      known,
      run: { state: "exited", queued: { by: "dave", atMs: 0, note: null } },
    });
    expect(shown).toMatchObject({ group: "done", signals: [] });
    expect([shown.since, shown.since_basis]).toEqual([iso(NOON_MS - HOUR_MS), "transition"]);
    expect(shown.problems.map(({ code }) => code)).toContain("dependency_missing");
  });

  test.each<[string, Given, number]>([
    ["open", { known: [pullRequest({ createdAtMs: NOON_MS - 5 })] }, NOON_MS - 5],
    ["a draft", { known: [pullRequest({ createdAtMs: NOON_MS - 5, draft: true })] }, NOON_MS - 5],
    [
      "merged, without the time",
      { known: [pullRequest({ state: "merged", mergedAtMs: null, updatedAtMs: NOON_MS - 7 })] },
      NOON_MS - 7,
    ],
  ])("is entered when the pull request was: %s", (_, overrides, sinceMs) => {
    expect(row(overrides)).toMatchObject({ since: iso(sinceMs), since_basis: "transition" });
  });
});

describe("since when, of what was only learned now", () => {
  const NINE = NOON_MS - 3 * HOUR_MS;
  const earlier = () => built({ known: [] });
  const opened = pullRequest({ createdAtMs: NINE });

  test("a task is in review since its pull request was opened, not since it was looked up", () => {
    const { group, since, base_since } = row({ known: [opened], previous: earlier() });
    expect([group, since, base_since]).toEqual(["in_review", iso(NINE), iso(NINE)]);
  });

  test("and done since the merge", () => {
    const given = merged({ createdAtMs: NINE, mergedAtMs: NOON_MS });
    const previous = built({ known: [opened], previous: earlier() });
    expect(row({ known: [given], previous })).toMatchObject({ group: "done", since: iso(NOON_MS) });
  });

  test("but since now where something else changed: a worker that ended", () => {
    const run = { state: "running" as const, holder: { id: "s", host: "desk", pid: 1 } };
    const previous = built({ known: [opened], run, previous: earlier() });
    expect(rowOf(previous).group).toBe("active");
    const nowMs = NOON_MS + 2 * HOUR_MS;
    expect(row({ known: [opened], previous, nowMs })).toMatchObject({
      group: "in_review",
      since: iso(nowMs),
    });
  });

  test("never in the future, whatever the host's clock says", () => {
    const ahead = pullRequest({ createdAtMs: NOON_MS + 5 * HOUR_MS });
    expect(row({ known: [ahead], previous: earlier() }).since).toBe(iso(NOON_MS + HOUR_MS));
  });
});

describe("dependants of a merged task", () => {
  const tasks: TaskSketch[] = [{ slug: "b", status: "ready", dependencies: ["a"] }];

  test("become ready at once, and wait again when it turns out otherwise", () => {
    const open = built({ tasks });
    expect(rowOf(open, "b")).toMatchObject({ group: "waiting", dependencies: [{ state: "unfinished" }] });
    const after = built({ tasks, known: [merged()], previous: open });
    expect(rowOf(after, "b")).toMatchObject({
      ...{ group: "ready", reason: "ready, dependency completed" },
      dependencies: [{ state: "finished" }],
    });
    const reopened = built({ tasks, previous: after });
    expect(rowOf(reopened, "b").group).toBe("waiting");
  });

  test.each<[string, Partial<TaskSketch>, PullRequest, string]>([
    ["closed without merging", {}, closed(), "unfinished"],
    ["cancelled", { status: "cancelled" }, merged(), "cancelled"],
    ["completed", { status: "completed" }, closed(), "finished"],
  ])("of one that is %s", (_, task, one, state) => {
    expect(rowOf(built({ tasks, task, known: [one] }), "b").dependencies).toMatchObject([{ state }]);
  });
});

describe("work that was merged and is not in the base", () => {
  const first = merged();
  const revert = merged({ number: 800, branch: "revert-712-task/a", reverts: 712 });
  const elsewhere = merged({ base: "feature-b" });
  const ready = { status: "ready" } as const;
  const tasks: TaskSketch[] = [{ slug: "b", status: "ready", dependencies: ["a"] }];

  test.each<[string, readonly PullRequest[], string]>([
    ["reverted", [first, revert], "needs_attention waiting reverted"],
    ["elsewhere", [elsewhere], "waiting waiting merged_elsewhere"],
  ])("D12, D13, D15: %s: it is not ready again, and its dependants wait", (_, known, expected) => {
    const from = built({ task: ready, tasks, known });
    const { group, base_group: base, rule } = rowOf(from);
    expect(`${group} ${base} ${rule === "needs_person" ? "reverted" : rule}`).toBe(expected);
    expect(rowOf(from, "b")).toMatchObject({ group: "waiting", dependencies: [{ state: "unfinished" }] });
  });

  test("D12: it needs a person until someone has it worked on again", () => {
    const known = [first, revert];
    expect(row({ task: ready, known }).signals).toMatchObject([{ code: "work_reverted", tier: 2 }]);
    const queued = { by: "rj", atMs: NOON_MS + 1_000, note: null };
    expect(place({ task: ready, known, run: { queued } })).toBe("ready queued: queued by rj");
    expect(row({ task: ready, known, run: { queued } }).signals).toEqual([]);
  });

  test("D12: a run from before the revert is not taken for work after it", () => {
    const queued = { by: "rj", atMs: NOON_MS - HOUR_MS, note: null };
    expect(row({ known: [first, revert], run: { state: "exited", queued } }).base_group).toBe("waiting");
  });
});

describe("in review", () => {
  test("those that wait for a person come first, then as always", () => {
    const one = (slug: string, overrides: Partial<PullRequest>, number: number) =>
      pullRequest({ branch: `task/${slug}`, number, ...overrides });
    const slugs = ["ci", "person", "urgent-ci", "worker", "finished"];
    const tasks = slugs.map((slug): TaskSketch => ({ slug, priority: slug === "urgent-ci" ? "p0" : "p1" }));
    const known = [
      one("ci", { checks: RUNNING }, 1),
      one("person", { review: "required" }, 2),
      one("urgent-ci", { checks: RUNNING }, 3),
      one("worker", { review: "changes_requested" }, 4),
    ];
    const finished = sampleRun({
      key: "finished",
      state: "exited",
      outcome: { kind: "done", note: "", atMs: 0 },
    });
    const { header, rows } = build(tasks, {
      runs: runsInput([runFacts(finished)]),
      pullRequests: pullRequestsInput(known),
    });
    const snapshot = assembleSnapshot({ header, rows: rows.values(), seq: 1, epoch: 1, publishedAt: iso(0) });
    // The one without a pull request waits for a person too.
    expect(snapshot.groups.in_review).toEqual(["finished", "person", "urgent-ci", "ci", "worker"]);
  });
});

describe("since when it waits", () => {
  const waitsOf = (from: BuiltSnapshot) => {
    const waits = rowOf(from).pull_request?.waits;
    return waits && `${waits.for}: ${waits.what}, ${waits.since.slice(11, 16)}`;
  };
  /** One build after the other, an hour apart, from noon on; what each says. */
  function history(...facts: readonly Partial<PullRequest>[]): readonly (string | null | undefined)[] {
    let previous: BuiltSnapshot | undefined;
    return facts.map((overrides, hour) => {
      const nowMs = NOON_MS + (hour + 1) * HOUR_MS;
      previous = built({ known: [pullRequest(overrides)], nowMs, ...(previous && { previous }) });
      return waitsOf(previous);
    });
  }

  test.each<[string, readonly Partial<PullRequest>[], readonly (string | null)[]]>([
    [
      "first seen: since there was something to review",
      [{ reviewableAtMs: NOON_MS + 60_000 }],
      ["you: merge, all checks passing, 12:01"],
    ],
    [
      "the same wait continues, whatever else changes",
      [{ review: "required" }, { review: "required", title: "New" }, { review: "required", labels: ["x"] }],
      ["you: review, 12:00", "you: review, 12:00", "you: review, 12:00"],
    ],
    [
      "another wait begins when it is first seen",
      [{ review: "required" }, { review: "approved" }, { review: "required" }],
      ["you: review, 12:00", "you: merge, all checks passing, 14:00", "you: review, 15:00"],
    ],
    [
      "how many checks run is one wait",
      [{ checks: RUNNING }, { checks: checks({ running: 1, passing: 6 }) }, {}],
      ["ci: 3 of 7 running, 12:00", "ci: 1 of 7 running, 12:00", "you: merge, all checks passing, 15:00"],
    ],
    [
      "how far it is behind is one wait",
      [3, 4, null].map((behindBy) => ({ mustUpdate: true, behindBy })),
      ["author: 3 behind main, 12:00", "author: 4 behind main, 12:00", "author: behind main, 12:00"],
    ],
    [
      "another pull request waits separately",
      [{}, { number: 9, reviewableAtMs: NOON_MS + 120_000 }],
      ["you: merge, all checks passing, 12:00", "you: merge, all checks passing, 12:02"],
    ],
    [
      "one that was closed and is open again",
      [{}, { state: "closed" }, { reviewableAtMs: NOON_MS + 180_000 }],
      ["you: merge, all checks passing, 12:00", null, "you: merge, all checks passing, 12:03"],
    ],
  ])("%s", (_, facts, expected) => {
    expect(history(...facts)).toEqual(expected);
  });

  test("a wait for you, once its worker has ended, is another than one for its author", () => {
    const known = [pullRequest({ review: "changes_requested" })];
    const author = built({ known });
    const worker = built({ known, previous: author, run: { state: "exited" }, nowMs: NOON_MS + 2 * HOUR_MS });
    expect([waitsOf(author), waitsOf(worker)]).toEqual([
      "author: changes requested, 12:00",
      "you: changes requested, 14:00",
    ]);
  });

  test("after a restart it is as it was", () => {
    const previous = built({ known: [pullRequest({ checks: RUNNING })] });
    const known = [pullRequest({ checks: checks({ running: 1 }) })];
    const { header, rows } = structuredClone({ header: previous.header, rows: [...previous.rows.values()] });
    const restored = restoreBuilt({ header, rows });
    expect(waitsOf(built({ known, previous: restored, nowMs: NOON_MS + 5 * HOUR_MS }))).toBe(
      "ci: 1 of 1 running, 12:00",
    );
  });
});

describe("a review that no one does", () => {
  const review = { known: [pullRequest({ review: "required" })] };
  const at = (hours: number, overrides: Given = review) =>
    row({ ...overrides, nowMs: NOON_MS + hours * HOUR_MS }).signals.map(
      ({ code, tier }) => `${code} ${tier}`,
    );

  test.each<[number, readonly string[]]>([
    [11.99, []],
    [12, ["review_overdue 1"]],
    [23.99, ["review_overdue 1"]],
    [24, ["review_overdue 2"]],
  ])("after %d h", (hours, expected) => {
    expect(at(hours)).toEqual(expected);
  });

  test("says since when, and moves the task to attention", () => {
    const shown = row({ ...review, nowMs: NOON_MS + 24 * HOUR_MS });
    expect(shown).toMatchObject({
      ...{ group: "needs_attention", base_group: "in_review" },
      reason: "Pull request waiting for a person for over 24 h",
      signals: [{ evidence: { since: iso(NOON_MS), threshold: "24 h" } }],
    });
  });

  test.each<[string, Given]>([
    ["CI", { known: [pullRequest({ checks: RUNNING })] }],
    ["its author", { known: [pullRequest({ review: "changes_requested" })] }],
    ["no one: it is merged", { known: [merged()] }],
    ["no one: its file says completed", { ...review, task: { status: "completed" } }],
    ["a person, while its worker is at work", { ...review, run: { state: "running" } }],
  ])("is nothing where it waits for %s", (_, overrides) => {
    expect(at(100, overrides)).not.toContain("review_overdue 2");
  });

  test("counts again when something new is to be reviewed", () => {
    const first = built({ ...review, nowMs: NOON_MS + 24 * HOUR_MS });
    const running = built({
      known: [pullRequest({ review: "required", checks: RUNNING })],
      previous: first,
      nowMs: NOON_MS + 25 * HOUR_MS,
    });
    const again = built({ ...review, previous: running, nowMs: NOON_MS + 26 * HOUR_MS });
    expect(rowOf(again)).toMatchObject({ group: "in_review", signals: [] });
  });

  test("of many at once the detector is doubted first", () => {
    const slugs = ["b", "c", "d", "e", "f", "g"];
    const tasks = slugs.map((slug): TaskSketch => ({ slug }));
    const known = slugs.map((slug, number) =>
      pullRequest({ branch: `task/${slug}`, number, review: "required" }),
    );
    const before = built({ tasks, known });
    const after = built({ tasks, known, previous: before, nowMs: NOON_MS + 24 * HOUR_MS });
    expect(after.header.doubts).toMatchObject([
      { evidence: { signal: "review_overdue", group: "in_review", tasks: "6", group_size: "6" } },
    ]);
    expect(slugs.flatMap((slug) => rowOf(after, slug).signals)).toEqual([]);
    const believed = built({ tasks, known, previous: after, nowMs: NOON_MS + 25 * HOUR_MS });
    expect(slugs.map((slug) => rowOf(believed, slug).group)).toEqual(slugs.map(() => "needs_attention"));
  });
});

describe("what its file's age is worth", () => {
  const old = { changed: { atMs: NOON_MS - 200 * HOUR_MS, basis: "seen" as const } };

  test("a draft that was opened lately is not stuck, one of long ago is", () => {
    const codes = (reviewableAtMs: number) =>
      row({ task: old, known: [pullRequest({ draft: true, reviewableAtMs })] }).signals.map(
        ({ code }) => code,
      );
    expect(codes(NOON_MS)).toEqual([]);
    expect(codes(NOON_MS - 100 * HOUR_MS)).toEqual(["stuck_in_progress"]);
  });

  test("an open one is in review, and not stuck", () => {
    expect(row({ task: old }).signals).toEqual([]);
  });
});

describe("delivery, as the row shows it", () => {
  const delivery = { rebase: "safe", repair: "agent" } as const;
  const conflict = [pullRequest({ mergeable: "conflict" })];
  const careOf = (overrides: Given) => row(overrides).pull_request?.care;

  test("what will be done, and what not and why", () => {
    expect(careOf({})).toEqual({ next: null, because: null, rebase: null, repairs: 0 });
    expect(careOf({ known: conflict })).toMatchObject({ next: null, because: "delivery.repair is off" });
    expect(careOf({ known: conflict, input: { delivery } })).toMatchObject({ next: "rebase", because: null });
    const run = { state: "exited", worktree: ".worktrees/a" } as const;
    expect(careOf({ known: [pullRequest({ checks: RED })], input: { delivery }, run })).toMatchObject({
      next: "repair",
    });
  });

  test("the newest attempt on this commit, and how often its worker was asked", () => {
    const asked = { headCommit: "older", because: "checks" as const, atMs: NOON_MS };
    const record = deliveryRecord({ rebase: rebaseAttempt(), repairs: [asked] });
    expect(careOf({ known: conflict, input: { deliveryRecords: new Map([[712, record]]) } })).toEqual({
      ...{ next: null, because: "delivery.repair is off", repairs: 1 },
      rebase: { outcome: "manual", why: "both change a.ts", at: iso(NOON_MS) },
    });
    const pushed = [pullRequest({ mergeable: "conflict", headCommit: "newer" })];
    expect(careOf({ known: pushed, input: { deliveryRecords: new Map([[712, record]]) } })).toMatchObject({
      ...{ rebase: null, repairs: 1 },
    });
  });

  test("a retry that is due follows from time alone, warm as cold", () => {
    const record = deliveryRecord({ rebase: rebaseAttempt({ outcome: "dirty", why: "2 files differ" }) });
    const overrides = { known: conflict, input: { delivery, deliveryRecords: new Map([[712, record]]) } };
    const early = built({ ...overrides, nowMs: NOON_MS + 1 });
    expect(rowOf(early).pull_request?.care).toMatchObject({ next: null, because: "2 files differ" });
    expect(early.nextChangeMs).toBe(NOON_MS + DELIVERY_RETRY_MS);
    const late = built({ ...overrides, previous: early, nowMs: NOON_MS + DELIVERY_RETRY_MS });
    expect(rowOf(late).pull_request?.care).toMatchObject({ next: "rebase", because: null });
    const back = built({ ...overrides, previous: late, nowMs: NOON_MS + 2 });
    expect(rowOf(back)).toEqual(rowOf(early));
  });
});

describe("F10: what is not known never looks like none", () => {
  test("facts stay while the host cannot be asked: the same input builds the same rows", () => {
    const input = pullRequestsInput([pullRequest()]);
    const overrides = { pullRequests: input, nowMs: NOON_MS + HOUR_MS };
    const before = build([{ slug: "a", status: "in_progress" }], overrides);
    const after = build([{ slug: "a", status: "in_progress" }], {
      ...overrides,
      previous: before,
      nowMs: NOON_MS + 5 * HOUR_MS,
    });
    expect(after.rows.get("a")).toBe(before.rows.get("a"));
    expect(after.rows.get("a")?.pull_request?.number).toBe(712);
  });

  test("a row says null only where no pull request of the task is known, and raises nothing for it", () => {
    expect(row({ known: [] })).toMatchObject({ pull_request: null, signals: [], group: "active" });
    expect(row({ known: [pullRequest({ branch: "elsewhere" })] }).pull_request).toBeNull();
    expect(row({ known: [closed()] }).pull_request).toMatchObject({ state: "closed", waits: null });
  });
});
