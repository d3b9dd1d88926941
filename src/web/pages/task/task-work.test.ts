// A task's page: its work, its runs, and what can be done about it. And the page of one run.

import { describe, expect, it } from "vitest";
import { ACTING, rowAtWork, runPage, taskPageAtWork } from "../../../../test/support/rendered-pages.ts";
import { snapshotOfNight } from "../../../../test/support/sample-night.ts";
import { pullRequestView } from "../../../../test/support/sample-pull-requests.ts";
import {
  atWork,
  endedRun,
  progress,
  question,
  snapshotAtWork,
  storedRun,
} from "../../../../test/support/sample-runs.ts";
import {
  minutesAgo,
  OBSERVED_AT,
  OBSERVED_AT_MS,
  sampleSignal,
} from "../../../../test/support/sample-snapshot.ts";
import type { RunId } from "../../../core/contract/run.ts";
import type { RunView } from "../../../core/contract/run-view.ts";
import type { TaskRow } from "../../../core/contract/snapshot.ts";
import { problem } from "../../../core/problems/problem-table.ts";
import type { Acting } from "../parts/action-form.ts";

const KEY = "group-attention-ui-by-task";
const text = (html: string) =>
  html
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .replace(/ ([.,:;])/g, "$1")
    .replaceAll("&#39;", "'");
const section = (page: string, id: string) =>
  new RegExp(`<section class="group" id="${id}">.*?</section>`, "s").exec(page)?.[0] ?? "";

describe("the work on a task", () => {
  const work = (run: RunView | null, row: Partial<TaskRow> = {}, acting = true) =>
    section(taskPageAtWork(KEY, { row: { run, ...row }, ...(acting ? {} : { acting: null }) }), "work");
  const buttons = (html: string) => [...html.matchAll(/<button[^>]*>([^<]*)</g)].map(([, words]) => words);

  it("says who, where, for how long, and the evidence", () => {
    const evidence = [
      { witness: "worktree", at: minutesAgo(1), text: "3 files changed" }, // words-ok: JSON key
      { witness: "processor", at: minutesAgo(2), text: "40 s of CPU" }, // words-ok: JSON key
    ] as const;
    const shown = text(
      work(
        atWork(KEY, 12, {
          port_block: 2,
          commits: 1,
          follow_ups: 2,
          last_line: "14 passed",
          progress: progress("working", { evidence: [...evidence] }),
        }),
      ),
    );
    for (const words of [
      "claude, attempt 1, running for 12 min, run run-group-attention-ui-by-task ; ● working".replace(
        " ;",
        ";",
      ),
      "CPU: 40 s of CPU 2 min ago",
      "Last output: 14 passed",
      "Attempt 1 of 3",
      "Branch task/group-attention-ui-by-task, 1 commit",
      "Ports 20020–20029",
      "Worker inbox 2 messages queued",
    ])
      expect(shown).toContain(words);
  });

  it("N60: offers the fallbacks of a worker whose account it waits for, and no others", () => {
    const run = atWork(KEY, 12, {
      state: "queued",
      agent: null,
      requested_worker: "claude",
      held: {
        ...{ cause: "limit", on: "claude@desk", since: minutesAgo(9), until: null, sentence: "Limited" },
        scope: { kind: "account", name: "claude@desk" },
      },
    });
    const dispatch = { fallbacks: { claude: ["codex", "slow"] }, held: { slow: "on hold" } };
    const shown = (changes: Partial<RunView>) =>
      buttons(section(taskPageAtWork(KEY, { row: { run: { ...run, ...changes } }, dispatch }), "work"));
    expect(shown({})).toContain("Continue with codex");
    expect(shown({})).not.toContain("Continue with slow");
    expect(shown({ held: null }).join()).not.toContain("Continue with");
    expect(shown({ attempt: 0 }).join()).not.toContain("Continue with");
  });

  it("N62: says what its worktree uses, where that was measured", () => {
    expect(text(work(atWork(KEY, 12, { disk_mb: 1_234 })))).toContain("Disk 1.2 GB");
    expect(text(work(atWork(KEY, 12)))).not.toContain("Disk");
  });

  it("N26: says what its worker decided alone", () => {
    const decided = [{ question: "Which <region>?", answer: "eu", at: minutesAgo(5) }];
    expect(text(work(atWork(KEY, 12, { decided_alone: decided })))).toContain(
      "“ Which &lt;region&gt;? ”: eu, as no one answered in time",
    );
  });

  it("T20: says of a file that cannot be read why it has no Kick off", () => {
    const unreadable = problem("file_empty", { file: "tasks/a.md", line: 1 }, {});
    const shown = work(null, { problems: [unreadable] });
    expect(buttons(shown)).toEqual([]);
    expect(text(shown)).toContain(
      "tasks/a.md:1 cannot be read, so no worker is started for it: The file is empty.",
    );
  });

  it.each<[string, RunView | null, Partial<TaskRow>, readonly string[]]>([
    ["no worker", null, {}, ["Kick off"]],
    ["no worker, and it is finished", null, { status: "completed" }, []],
    ["no worker, and it is in review", null, { pull_request: pullRequestView() }, []],
    [
      "no worker, and it was merged",
      null,
      { pull_request: pullRequestView({ state: "merged" }), rule: "merged" },
      [],
    ],
    [
      "no worker, and its pull request was closed",
      null,
      { pull_request: pullRequestView({ state: "closed" }) },
      ["Kick off"],
    ],
    ["a worker", atWork(KEY, 5), {}, ["Send", "Stop"]],
    ["a worker that is being started", atWork(KEY, 5, { state: "dispatching" }), {}, ["Send", "Stop"]],
    ["a queued run", atWork(KEY, 5, { state: "queued", progress: null }), {}, ["Send", "Remove from queue"]],
    ["a worker that ended", endedRun(KEY, 5), {}, ["Send", "Dismiss run", "Start over"]],
    ["a person by hand", atWork(KEY, 5, { kind: "by_hand" }), {}, []],
    ["a person by hand no longer", endedRun(KEY, 5, { kind: "by_hand" }), {}, ["Kick off"]],
    ["a worker that asks", atWork(KEY, 5, { question: question("Which?") }), {}, ["Answer", "Send", "Stop"]],
    [
      "a worker whose question is answered",
      atWork(KEY, 5, {
        question: { ...question("Which?"), answer: { text: "eu", by: "rj", at: OBSERVED_AT } },
      }),
      {},
      ["Send", "Stop"],
    ],
  ])("offers what there is to do while it has %s", (_, run, row, expected) => {
    expect(buttons(work(run, row))).toEqual(expected);
    expect(buttons(work(run, row, false))).toEqual([]);
  });

  it("offers to interrupt only who is at work", () => {
    expect(work(atWork(KEY, 5))).toContain('name="interrupt"');
    expect(work(endedRun(KEY, 5))).not.toContain('name="interrupt"');
  });

  it("shows a question also on a read-only page", () =>
    expect(text(work(atWork(KEY, 5, { question: question("Which?") }), {}, false))).toContain(
      "claude asks: Which?",
    ));

  it("acknowledges with a note, and takes that back", () => {
    const asking = taskPageAtWork("host-dataface-on-gcp");
    expect(asking).toContain('name="codes" value="worker_idle"');
    expect(asking).toContain('formaction="/actions/snooze" formnovalidate name="until" value="tomorrow"');
    const seen = taskPageAtWork("upgrade-the-client");
    expect(seen).toContain('action="/actions/withdraw"');
    expect(seen).not.toContain('action="/actions/acknowledge"');
    expect(text(seen)).toContain("✓ acknowledged by dave until 15:04: the vendor is on it");
  });
});

describe("the runs of a task", () => {
  const runs = (changes: Parameters<typeof taskPageAtWork>[1]) =>
    text(section(taskPageAtWork(KEY, changes), "runs"));

  it("lists all, newest first, with who, when and what came of them", () => {
    const delivered = storedRun(KEY, {
      id: "run-0" as RunId,
      state: "closed",
      queued: { by: "rj", atMs: OBSERVED_AT_MS - 600_000, note: "try again" },
      attempt: 3,
      closing: { by: "dave", atMs: OBSERVED_AT_MS, as: "delivered", why: "merged" },
    });
    const shown = runs({ runs: { kind: "known", runs: [storedRun(KEY), delivered], more: true } });
    expect(shown).toContain("run run-group-attention-ui-by-task running queued by dave");
    expect(shown).toContain(
      "run run-0 delivered by dave: merged queued by rj at 11:54: try again · claude, 3 attempts",
    );
    expect(shown).toContain("Older runs: tasks runs");
  });

  it("shows as much of an id as one can read", () => {
    const id = "e39dd9a0-3b8e-4d24-beb4-05cf92593110" as RunId;
    const page = taskPageAtWork(KEY, {
      runs: { kind: "known", runs: [storedRun(KEY, { id })], more: false },
    });
    expect(page).toContain(`<a href="/runs/${id}">run <bdi>e39dd9a0</bdi></a>`);
  });

  it("F10: none, unknown and off are different", () => {
    expect(runs({ runs: { kind: "known", runs: [], more: false } })).toContain("No runs yet");
    expect(runs({ runs: { kind: "unknown" } })).toContain("Can't tell");
    expect(runs({ runs: { kind: "off" } })).toBe("");
  });
});

describe("a run's page", () => {
  const buttons = (html: string) => [...html.matchAll(/<button[^>]*>([^<]*)</g)].map(([, words]) => words);

  it("N97: continues a run that waits for its account with another worker, and raises a used-up budget", () => {
    const waiting = atWork(KEY, 12, {
      state: "queued",
      requested_worker: "claude",
      held: {
        ...{ cause: "limit", on: "claude@desk", since: minutesAgo(9), until: null, sentence: "Limited" },
        scope: { kind: "account", name: "claude@desk" },
      },
    });
    const found = snapshotAtWork();
    const fallbacks = { claude: ["codex", "gemini"] };
    const snapshot = { ...found, dispatch: { ...found.dispatch, fallbacks } };
    const shown = (row: TaskRow | null, acting: Acting | null = ACTING) =>
      buttons(runPage({ state: "queued" }, { snapshot, row, acting }));
    const row = { ...rowAtWork(KEY), run: waiting };
    expect(shown(row)).toEqual([
      ...["Send", "Remove from queue"],
      ...["Continue with codex", "Continue with gemini"],
    ]);
    // An older run of the task, and a page that only shows.
    expect(shown({ ...row, run: { ...waiting, id: "run-newer" } }).join()).not.toContain("Continue with");
    expect(shown(row, null)).toEqual([]);
    const reached = { ...rowAtWork(KEY), signals: [sampleSignal("budget_reached", "Budget used up")] };
    expect(shown(reached)).toContain("Raise budget");
    expect(shown({ ...reached, signals: [] })).not.toContain("Raise budget");
  });

  it("N97: says whose account its worker uses, what its worktree uses, and that it keeps its slot", () => {
    const agent = { name: "script", kind: "command", version: null, permissions: null };
    const run = atWork(KEY, 12, { disk_mb: 1_234, agent, progress: progress("waiting", { detail: "CI" }) });
    const shown = text(runPage({}, { row: { ...rowAtWork(KEY), run } }));
    expect(shown).toContain("Account claude@desk");
    expect(shown).toContain("Disk 1.2 GB");
    expect(shown).toContain("While it waits keeps its slot");
    const night = snapshotOfNight();
    const row = night.tasks.find(({ key }) => key === "limited") ?? null;
    const held = (account: string) =>
      text(runPage({ id: "run-limited" as RunId }, { snapshot: night, row, account }));
    expect(held("team")).toContain("Account team; five hour window 86 % used; weekly window 41 % used");
    expect(held("claude@desk")).toContain("Waits 5-hour limit reached; end it");
    const other = text(runPage({}, { account: null, row: null }));
    for (const word of ["Account", "Disk", "keeps its slot"]) expect(other).not.toContain(word);
  });

  it("has the facts, the attempts, the prompt, what it used and its plan", () => {
    const page = text(
      runPage({
        attempts: [
          {
            number: 1,
            startedAtMs: OBSERVED_AT_MS - 1_200_000,
            endedAtMs: OBSERVED_AT_MS - 600_000,
            end: { kind: "exited", code: 2 },
          },
        ],
        wait: { on: "CI 12", untilMs: OBSERVED_AT_MS + 600_000, atMs: OBSERVED_AT_MS },
        stopRequest: { kind: "stop", by: "rj", atMs: OBSERVED_AT_MS, note: "enough" },
        uncommitted: true,
      }),
    );
    for (const words of [
      "Run run-group-attention-ui-by-task Group attention UI by task",
      "Attempt 1, started 11:44, 10 min: ended with exit code 2",
      "State running, for 12 min",
      "Ports 20000–20009",
      "Waits for CI 12, until 12:14",
      "Stopping requested by rj: enough",
      "not committed when the worker started",
      "Prompt Do it. Then say so.",
      "Cost This run ≈ $1.86, estimated",
      "Plan 2 of 4 done: Read how activity is loaded",
    ])
      expect(page).toContain(words);
  });

  it("N60: names the worker of each attempt and session of a run that was handed over", () => {
    const agent = (name: string) => ({ name, kind: "claude", program: null, version: null });
    const end = { kind: "exited", code: 1 } as const;
    const startedAtMs = OBSERVED_AT_MS - 3_600_000;
    const before = { number: 1, startedAtMs, endedAtMs: startedAtMs + 60_000, end, agent: agent("claude") };
    const live = runPage({ attempts: [before], agent: agent("codex"), startedAtMs: startedAtMs + 120_000 });
    expect(text(live)).toContain("Attempt 1 with claude, started");
    expect(text(live)).toContain("Worker: codex.");
    expect(text(runPage({ attempts: [before], agent: agent("claude") }))).not.toContain("with claude");
  });

  it("does nothing about one that is over", () => {
    const page = runPage({ state: "closed" }, { row: null, prompt: null });
    expect(page).not.toMatch(/method="post"|data-live/);
  });

  it("shows the judgement of this run only", () => {
    expect(text(runPage())).toContain("● working 3 files changed 40 s ago claude on desk");
    const row = { ...rowAtWork(KEY), run: atWork(KEY, 3, { id: "run-newer" }) };
    expect(text(runPage({}, { row }))).not.toContain("● working");
  });

  it("S12: what a worker prints is text", () => {
    const line = "<script>alert(1)</script>\u202Egnp </li>";
    const page = runPage(
      { workerName: line, report: { text: line, atMs: OBSERVED_AT_MS } },
      {
        prompt: line,
        transcript: { events: [], cut: false, readAtMs: OBSERVED_AT_MS, view: "raw", isWhole: false },
        log: { lines: [line], cut: false, endByte: 1 },
      },
    );
    expect(page).not.toContain("<script>alert");
    expect(page).toContain("<li>&lt;script&gt;alert(1)&lt;/script&gt;\u202Egnp &lt;/li&gt;</li>");
  });
});
