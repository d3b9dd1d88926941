// What the status page shows of runs, and of what can be done about them.

import { describe, expect, it } from "vitest";
import { ACTING, query, statusAtWork, statusPage } from "../../../../test/support/rendered-pages.ts";
import { runView } from "../../../../test/support/run-samples.ts";
import { SOURCES } from "../../../../test/support/sample-pull-requests.ts";
import {
  attestationAtWork,
  atWork,
  DISPATCH,
  endedRun,
  progress,
  question,
  rowsAtWork,
  snapshotAtWork,
} from "../../../../test/support/sample-runs.ts";
import {
  minutesAgo,
  OBSERVED_AT,
  sampleRow,
  sampleSignal,
  sampleSnapshot,
} from "../../../../test/support/sample-snapshot.ts";
import type { Dispatch } from "../../../core/contract/run-view.ts";
import type { TaskRow } from "../../../core/contract/snapshot.ts";
import { withWaiting } from "../../../core/dispatch/waiting-tasks.ts";
import { reviewHold } from "../../../core/hold/review-hold.ts";
import { problem } from "../../../core/problems/problem-table.ts";
import { projectOwner } from "../../../core/publication/assemble.ts";
import { startPlanOf } from "./start-plan.ts";

const text = (html: string) =>
  html
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .replace(/ ([.,:;])/g, "$1")
    .replaceAll("&#39;", "'");
const rowOf = (page: string, key: string) =>
  new RegExp(`<tr id="t-${key}">.*?</tr>`, "s").exec(page)?.[0] ?? expect.fail(`no row ${key}`);
const withRow = (row: TaskRow, dispatch: Partial<Dispatch> = {}) =>
  statusAtWork({ snapshot: snapshotAtWork({ dispatch: { ...DISPATCH, ...dispatch } }, [row]) });
const cellsOf = (row: TaskRow, dispatch?: Partial<Dispatch>) => text(rowOf(withRow(row, dispatch), row.key));

describe("the bar", () => {
  const bar = (dispatch: Partial<Dispatch>, acting: typeof ACTING | null = ACTING) =>
    text(
      /<section class="fresh".*?<p id="announce"/s.exec(
        statusAtWork({ snapshot: snapshotAtWork({ dispatch: { ...DISPATCH, ...dispatch } }), acting }),
      )?.[0] ?? "",
    );

  it("counts live workers, whatever group their tasks are in", () =>
    expect(bar({})).toContain("workers 7 of 8, 4 s"));

  it.each<[string, Partial<Dispatch>, string, string]>([
    ["on", {}, "Automatic start: on", "Pause starts"],
    ["off", { automatic: false }, "Automatic start: off", "Pause starts"],
    [
      "paused, by whom and why",
      { pause: { by: "dave", at: "2026-03-24T12:04:00.000Z", note: "upgrade" } },
      "■ starts paused by dave since 12:04: upgrade",
      "Resume starts",
    ],
    [
      "paused without a word",
      { pause: { by: "dave", at: OBSERVED_AT, note: null } },
      "■ starts paused by dave since 12:04",
      "Resume starts",
    ],
  ])("U23: automatic start is %s", (_, dispatch, words, button) => {
    expect(bar(dispatch)).toContain(words);
    expect(bar(dispatch)).toContain(button);
    expect(bar(dispatch, null)).not.toContain(button);
  });

  const LIMITED: Dispatch["pauses"][number] = {
    scope: { kind: "account", name: "claude@desk" },
    cause: "limit",
    why: "5-hour limit reached",
    sentence: "Claude limited on desk, 9 wait",
    since: "2026-03-24T12:00:00.000Z",
    until: "2026-03-24T14:20:00.000Z",
    next_probe: "2026-03-24T14:20:30.000Z",
    phase: "waiting",
    probe: null,
    starts: 0,
    waiting: 9,
    waiting_tasks: [],
    by_hand: false,
    workers: ["claude"],
    window: "five_hour",
  };

  it.each<[string, Partial<Dispatch["pauses"][number]>, string]>([
    ["until a known time", {}, "until 14:20, then tried again at 14:20"],
    ["without a known end", { until: null }, "no end is known, tried again at 14:20"],
    ["by hand", { next_probe: null, by_hand: true }, "waits until a person ends it"],
    ["a sign-in", { cause: "signed_out", next_probe: null }, "tried when the credentials change"],
    ["while it is tried", { phase: "probing" }, "one run tries it now"],
    ["while it eases", { phase: "easing" }, "two at a time start again"],
  ])("N6: a pause has a row with its reason, its times and the way to end it: %s", (_, over, words) => {
    const page = bar({ pauses: [{ ...LIMITED, ...over }] });
    expect(page).toContain(words);
    expect(page).toContain("Claude limited on desk, 9 wait since 12:00: 5-hour limit reached");
    expect(page).toContain("Resume now");
    expect(page.includes("Wait for me")).toBe(over.by_hand !== true);
    expect(page.includes("Automatic again")).toBe(over.by_hand === true);
    expect(bar({ pauses: [LIMITED] }, null)).not.toContain("Resume now");
  });

  it.each<[string, readonly Partial<Dispatch["pauses"][number]>[], string]>([
    ["one, with its end and who waits", [{}], "◔ Claude limited on desk until 14:20, 9 wait"],
    ["one without a known end", [{ until: null, waiting: 1 }], "◔ Claude limited on desk, 1 waits"],
    ["one that no one waits for", [{ waiting: 0 }], "◔ Claude limited on desk until 14:20"],
    [
      "several, a task that waits for both once",
      [
        { waiting: 2, waiting_tasks: ["a", "b"] },
        { scope: { kind: "host", name: "desk" }, waiting: 2, waiting_tasks: ["b", "c"] },
      ],
      "◔ 2 limits and outages, 3 wait",
    ],
    [
      "several, more than are named",
      [{}, { scope: { kind: "host", name: "desk" } }],
      "◔ 2 limits and outages",
    ],
  ])("N97: the chip in the bar says what waits: %s", (_, pauses, words) => {
    const page = statusAtWork({
      snapshot: snapshotAtWork({
        dispatch: { ...DISPATCH, pauses: pauses.map((over) => ({ ...LIMITED, ...over })) },
      }),
    });
    const chip = /<li class="chip"><a href="#pauses">.*?<\/li>/s.exec(page)?.[0] ?? "";
    expect(text(chip).trim()).toBe(words);
  });

  it("N98: the number of a pause opens the tasks that wait for it, held or not", () => {
    const scope = LIMITED.scope;
    const held = {
      ...{ cause: "limit" as const, on: scope.name, since: OBSERVED_AT, sentence: "Limited" },
      ...{ scope, until: null },
    };
    const rows = [
      sampleRow({ key: "held", group: "active", run: runView({ id: "run-1", attempt: 1, held }) }, 3),
      sampleRow({ key: "ready", group: "ready" }, 2),
      sampleRow({ key: "other", group: "ready", worker: "codex" }, 1),
    ];
    const given = { ...DISPATCH, default_worker: "claude", pauses: [LIMITED] };
    const dispatch = withWaiting(given, rows);
    expect(dispatch.pauses[0]?.waiting).toBe(2);
    const snapshot = snapshotAtWork({ dispatch }, rows);
    const [, url = ""] =
      /href="(\/status\?[^"]*pause[^"]*)"/.exec(statusAtWork({ snapshot }).replaceAll("&amp;", "&")) ?? [];
    const opened = statusAtWork({ snapshot, query: query(url.slice(url.indexOf("?") + 1)) });
    expect([...opened.matchAll(/<tr id="t-(\w+)"/g)].map(([, key]) => key)).toEqual(["held", "ready"]);
    expect(text(opened)).toContain("Only what waits for claude@desk: 2 of 3 tasks.");
    const over = statusAtWork({ snapshot, query: query("pause=account+codex@desk") });
    expect(text(over)).toContain("0 of 3 tasks");
  });

  it("N98: the number of waiting reviews opens them", () => {
    const rows = rowsAtWork();
    const hold = reviewHold(rows, 1);
    const count = Number(/\d+/.exec(hold?.sentence ?? "")?.[0]);
    expect(count).toBeGreaterThan(2);
    const snapshot = snapshotAtWork({ dispatch: { ...DISPATCH, holds: hold === null ? [] : [hold] } }, rows);
    expect(statusAtWork({ snapshot })).toContain('href="/status?owner=everyone&amp;flag=review"');
    expect(text(statusAtWork({ snapshot, query: query("owner=everyone&flag=review") }))).toContain(
      `Only tasks that wait for a person's review: ${count} of ${rows.length} tasks.`,
    );
  });

  it("N97: of very many pauses the first ten are shown", () => {
    const pauses = Array.from({ length: 13 }, (_, at) => ({
      ...LIMITED,
      scope: { kind: "setup" as const, name: `desk before_run ${at}` },
    }));
    const page = bar({ pauses });
    expect(page.match(/Wait for me/g)).toHaveLength(10);
    expect(page).toContain("And 3 more: tasks limits lists them all.");
  });

  it("N97: a usage window shows in the bar once it is nearly used up, the fullest of those that are still true", () => {
    const window = (used: number | null, over: Partial<Dispatch["windows"][number]> = {}) => ({
      ...{ account: "claude@desk", window: "five_hour", used_percent: used, at: OBSERVED_AT },
      ...{ resets_at: "2026-03-24T14:20:00.000Z", ...over },
    });
    const shown = (windows: Dispatch["windows"], pauses: Dispatch["pauses"] = []) =>
      bar({ windows, pauses }).includes("% used");
    expect(bar({ windows: [window(81.2, { window: "weekly" }), window(86)] })).toContain(
      "◔ claude@desk: five hour window 86 % used",
    );
    expect(shown([window(79)])).toBe(false);
    expect(shown([window(null)])).toBe(false);
    expect(shown([window(99, { resets_at: OBSERVED_AT })])).toBe(false);
    // Its pause says it.
    expect(shown([window(100)], [LIMITED])).toBe(false);
  });

  it("offers no pause of starts where none can happen", () =>
    expect(bar({ configured: false })).not.toContain("Pause starts"));

  it("F10: a source that is off has no number", () =>
    expect(text(statusPage())).toContain("workers – off pull requests – off: not synced yet"));
});

describe("active", () => {
  const LIMITED_RUN = atWork("port-bundles", 4, {
    state: "queued",
    progress: null,
    requested_worker: "claude",
    held: {
      ...{ cause: "limit", on: "claude@desk", since: OBSERVED_AT, sentence: "Limited" },
      ...{ scope: { kind: "account", name: "claude@desk" }, until: "2026-03-24T14:20:00.000Z" },
    },
  });
  const limited = (dispatch: Partial<Dispatch>, run = LIMITED_RUN) => {
    const rows = rowsAtWork().map((row) => (row.key === "port-bundles" ? { ...row, run } : row));
    return statusAtWork({ snapshot: snapshotAtWork({ dispatch: { ...DISPATCH, ...dispatch } }, rows) });
  };

  it("N97: a row that waits for its account has one button: the first other worker that is free", () => {
    const fallbacks = { claude: ["slow", "codex", "gemini"] };
    const row = rowOf(limited({ fallbacks, held: { slow: "on hold" } }), "port-bundles");
    expect(text(row)).toContain("◔ waits Limited until 14:20");
    expect([...row.matchAll(/<button[^>]*>([^<]*)</g)].map(([, words]) => words)).toEqual([
      "Continue with codex",
    ]);
    expect(row).toContain('name="worker" value="codex"');
    expect(limited({})).not.toContain("Continue with");
    expect(limited({ fallbacks }, { ...LIMITED_RUN, held: null })).not.toContain("Continue with");
  });

  it("says in its heading who else runs above", () => {
    expect(text(statusAtWork())).toContain("Active 7, and 3 more running above · stuck after 30 min");
    expect(text(statusPage())).toContain("Active 5, and 1 more above");
    expect(text(statusAtWork({ query: query("priority=p1") }))).not.toContain("running above");
  });

  it.each<[string, string]>([
    ["detect-open-pr-conflicts", "? can't tell host build-2 cannot be observed from here"],
    ["detect-open-pr-conflicts", "claude, attempt 1, on build-2, for rj 1 h 10 min"],
    ["incremental-activity-cache", "◔ waits for CI 8812, until 12:20"],
    ["incremental-activity-cache", "codex, attempt 2, for codex 48 min"],
    ["group-attention-ui-by-task", "● working 3 files changed 40 s ago ✓ src/web/pages/section.test.ts"],
    ["search-debounce", "rj, by hand, for rj 6 min"],
    ["flaky-login-test", "● watch no progress for 17 min npm test -- login"],
  ])("%s: %s", (key, words) => expect(text(rowOf(statusAtWork(), key))).toContain(words));

  it("says that more tasks run above when it is empty", () => {
    const rows = rowsAtWork().filter(({ group }) => group === "needs_attention");
    expect(text(statusAtWork({ snapshot: snapshotAtWork({}, rows) }))).toContain(
      "Active Nothing else is being worked on: 3 run above.",
    );
    expect(text(statusAtWork({ snapshot: snapshotAtWork({}, []) }))).toContain("Nothing is being worked on.");
  });

  it("keeps showing the file's progress without a worker", () => {
    const page = statusAtWork({ snapshot: snapshotAtWork({}, [sampleRow({ key: "a", group: "active" })]) });
    expect(text(page)).toContain("Worker Active for");
    expect(text(rowOf(page, "a"))).toContain("no steps listed, changed 1 h ago");
  });

  it("says what else to watch behind the verdict, and what is acknowledged", () => {
    const run = atWork("a", 5);
    const drift = sampleSignal("metadata_drift", "Its front matter differs", { tier: 1 });
    const acknowledged = { kind: "snoozed", by: "dave", at: OBSERVED_AT, until: null, note: null } as const;
    expect(cellsOf(sampleRow({ key: "a", group: "active", run, signals: [drift] }))).toContain(
      "● working no progress yet; ● watch Its front matter differs",
    );
    expect(
      cellsOf(sampleRow({ key: "a", group: "active", run, signals: [{ ...drift, acknowledged }] })),
    ).toContain("✓ snoozed by dave · Its front matter differs");
  });

  it("an acknowledged question is still asked", () => {
    const run = endedRun("a", 5, { question: question("Which?") });
    expect(cellsOf(sampleRow({ key: "a", group: "active", run }))).toContain(
      "▲ asks “ Which? ”, asked 3 min ago",
    );
  });
});

describe("in review", () => {
  it("says who finished, when, how much, and what to do", () =>
    expect(text(rowOf(statusAtWork(), "fix-port-collisions"))).toContain(
      "you claude finished 14 min ago, 3 commits on task/fix-port-collisions: review it, then tasks complete fix-port-collisions",
    ));

  it("distinguishes an end without a report", () =>
    expect(cellsOf(sampleRow({ key: "a", group: "in_review", run: endedRun("a", 3) }))).toContain(
      "claude ended without reporting a result 3 min ago: review it",
    ));

  it("F10: without pull requests an empty list says what it has seen", () => {
    const page = statusAtWork({
      snapshot: snapshotAtWork({}, []),
      attestation: attestationAtWork(SOURCES.noToken),
    });
    expect(text(page)).toContain(
      "– off No pull requests: no token, run gh auth login. No finished work is waiting for review.",
    );
  });
});

describe("ready", () => {
  const queued = (facts: Parameters<typeof runView>[0] = {}) =>
    sampleRow({ key: "a", group: "ready", run: runView({ queued_at: minutesAgo(3), ...facts }) });

  it.each<[string, TaskRow, Partial<Dispatch>, string]>([
    ["a free place", sampleRow({ key: "a", group: "ready" }), {}, "starts now"],
    [
      "no automatic start",
      sampleRow({ key: "a", group: "ready" }),
      { automatic: false },
      "automatic start is off",
    ],
    [
      "no place",
      sampleRow({ key: "a", group: "ready" }),
      { live: 8 },
      "1st in the queue, 8 of 8 workers busy",
    ],
    ["a request", queued(), { automatic: false }, "queued by dave at 12:01, starts now"],
    [
      "a request without a place",
      queued(),
      { live: 8 },
      "queued by dave at 12:01, 1st in the queue, 8 of 8 workers busy",
    ],
    [
      "a retry",
      queued({ not_before: "2026-03-24T12:05:10.000Z" }),
      {},
      "queued by dave at 12:01, next attempt at 12:05",
    ],
    [
      "a failed attempt",
      {
        ...queued({ failures_in_row: 1 }),
        signals: [sampleSignal("dispatch_failed", "Attempt 1 of 3 failed", { tier: 1 })],
      },
      {},
      "starts now; ● watch Attempt 1 of 3 failed",
    ],
  ])("%s: %4$s", (_, row, dispatch, words) => expect(cellsOf(row, dispatch)).toContain(words));

  it("is right on an owner's page: the line is everyone's", () => {
    const rows = [
      sampleRow({ key: "first", group: "ready", priority: "p0", owner: "rj" }),
      sampleRow({ key: "second", group: "ready", priority: "p1", owner: "dave" }),
    ];
    const everyone = snapshotAtWork({}, rows);
    const page = statusAtWork({
      snapshot: projectOwner(everyone, { name: "dave", resolvedFrom: null }),
      plan: startPlanOf(everyone),
    });
    expect(page).not.toContain("t-first");
    expect(text(rowOf(page, "second"))).toContain("2nd in the queue, 7 of 8 workers busy");
    expect(startPlanOf(everyone)).toBe(startPlanOf(everyone));
  });

  it("offers a kickoff for tasks that are not queued, if a worker is configured", () => {
    const plain = sampleRow({ key: "a", group: "ready" });
    expect(cellsOf(plain)).toContain("Kick off");
    expect(rowOf(withRow(plain), "a")).toContain('action="/actions/kickoff"');
    expect(cellsOf(queued())).not.toContain("Kick off");
    expect(cellsOf(plain, { configured: false })).not.toContain("Kick off");
  });
});

describe("waiting", () => {
  it("says who queued what waits for others", () =>
    expect(text(rowOf(statusAtWork(), "waiting-0"))).toContain(
      "queued by rj at 11:44, waits for Per-worktree port bundles",
    ));

  it("carries the mark of an acknowledged signal", () =>
    expect(text(rowOf(statusAtWork(), "upgrade-the-client"))).toContain(
      "✓ acknowledged by dave until 15:04: the vendor is on it · All 3 attempts failed (exit code 2)",
    ));

  it("gives the reason of a worker that cannot continue", () => {
    const row = sampleRow({
      key: "a",
      group: "waiting",
      reason: "worker blocked: no access",
      run: endedRun("a", 5),
    });
    expect(cellsOf(row)).toContain("worker blocked: no access");
  });
});

describe("needs you", () => {
  it("numbers tasks, and leads to those to watch and those acknowledged", () => {
    const page = statusAtWork();
    expect(text(page)).toContain("Needs you 7 tasks · 4 more to watch · 1 acknowledged");
    expect(page).toContain('<a href="/status?flag=acknowledged">1 acknowledged</a>');
    const shown = statusAtWork({ query: query("flag=acknowledged") });
    expect([...shown.matchAll(/<tr id="t-([^"]*)"/g)].map(([, key]) => key)).toEqual(["upgrade-the-client"]);
    expect(text(shown)).toContain("Only acknowledged tasks that need you");
  });

  it("leads to the acknowledged ones also when nothing else needs a person", () => {
    const rows = rowsAtWork().filter(({ group }) => group !== "needs_attention");
    const page = text(statusAtWork({ snapshot: snapshotAtWork({}, rows) }));
    expect(page).toContain("Needs you Nothing needs you. 4 more to watch · 1 acknowledged");
  });

  it("has a box for an answer, buttons for a few short ones, a list for more", () => {
    const page = statusAtWork();
    expect(rowOf(page, "name-the-pilot")).toMatch(
      /<input type="text" id="answer-name-the-pilot" name="answer" required [^>]*aria-label="Answer to claude: What should/,
    );
    expect(rowOf(page, "pick-the-pilot-region")).toContain(
      '<button class="btn" type="submit" name="answer" value="eu" aria-label="Answer eu">eu</button>',
    );
    const run = atWork("a", 5, {
      progress: progress("asking"),
      question: question("Which?", ["frankfurt", "virginia", "tokyo"]),
    });
    const row = rowOf(withRow(sampleRow({ key: "a", group: "needs_attention", run })), "a");
    expect(row).toContain('<option value="virginia">virginia</option>');
    expect(row).toContain('name="question" value="1"');
  });

  it("takes the room for answers from the sentences only where one is typed or picked from a list", () => {
    const asking = (...choices: string[]) =>
      withRow(
        sampleRow({
          key: "a",
          group: "needs_attention",
          run: atWork("a", 5, { question: question("Q?", choices) }),
        }),
      );
    expect(asking()).toContain("w-act wide");
    expect(asking("frankfurt", "virginia", "tokyo")).toContain("w-act wide");
    expect(asking("yes", "no")).not.toContain("w-act wide");
  });

  it("acknowledges what is seen, and nothing that comes meanwhile", () => {
    const row = rowOf(statusAtWork(), "host-dataface-on-gcp");
    expect(row).toContain('name="codes" value="worker_idle"');
    expect(text(row)).toContain("Acknowledge Snooze for 1 h Snooze until tomorrow 9:00");
  });

  it("counts silence on, and puts what was acknowledged behind", () => {
    expect(text(rowOf(statusAtWork(), "host-dataface-on-gcp"))).toContain(
      "▲ needs you No progress for 31 min; ● watch Its front matter",
    );
    const acknowledged = {
      kind: "acknowledged",
      by: "dave",
      at: OBSERVED_AT,
      until: null,
      note: null,
    } as const;
    const row = sampleRow({
      key: "a",
      group: "needs_attention",
      signals: [
        sampleSignal("invalid_task", "seen", { acknowledged, first_seen: minutesAgo(90) }),
        sampleSignal("unknown_owner", "new", { first_seen: minutesAgo(2) }),
      ],
    });
    expect(cellsOf(row)).toContain("▲ needs you new; ✓ acknowledged seen");
    expect(cellsOf(row)).toContain("2 min ago");
  });

  it("has no column for actions on a page that only shows", () => {
    const page = statusAtWork({ acting: null });
    expect(page).not.toMatch(/<form[^>]*method="post"|w-act|class="acts"/);
  });
});

describe("around the lists", () => {
  it("a run whose task is gone needs a person, and leads to its run", () => {
    const orphan = sampleSignal("register_orphan", "A run works on x, whose file is gone", {
      evidence: { run: "run-x", task: "x" },
    });
    const clock = sampleSignal("detector_doubt", "The clock jumped", { tier: 1, evidence: {} });
    const page = statusPage({ snapshot: sampleSnapshot([], { doubts: [orphan, clock] }) });
    expect(text(page)).toContain("▲ needs you A run works on x, whose file is gone run register_orphan");
    expect(page).toContain('href="/runs/run-x"');
    expect(text(page)).toContain("? can't tell The clock jumped");
  });

  it("the small print names every threshold", () => {
    const print = text(statusPage());
    for (const words of [
      "claimed but not started for 10 min",
      "its pull request waits for a person for 24 h",
      "watch after 15 min, needs you after 30 min",
      "comes back after 4 h, at most twice",
    ])
      expect(print).toContain(words);
  });

  it("stops all workers only where there are any", () => {
    expect(statusAtWork()).toContain(">Stop all workers</button>");
    expect(withRow(sampleRow({ key: "a", group: "active" }), { live: 0 })).not.toContain("Stop all");
  });

  it("the feed shows what people did, who and why", () => {
    const acted = {
      kind: "acted",
      id: 30,
      seq: 430,
      atMs: Date.parse(OBSERVED_AT),
      key: "a",
      title: "A task",
      owner: "dave",
      action: "stop",
      by: "dave",
      note: "it <loops>",
      group: null,
    } as const;
    const page = statusAtWork({
      transitions: [acted, { ...acted, id: 29, key: "", title: "", action: "pause", note: null }],
    });
    expect(text(page)).toContain("A task stopped by dave: it &lt;loops&gt;");
    expect(text(page)).toContain("Starts paused by dave");
  });
});

describe("a file that cannot be read", () => {
  const unreadable = problem("file_empty", { file: "tasks/a.md", line: 1 }, {});
  const row = (problems: TaskRow["problems"]) =>
    ({ ...sampleRow({ key: "a", group: "ready" }), problems }) as TaskRow;

  it("T20: has no Kick off in its row, whatever group it is in", () => {
    expect(rowOf(withRow(row([])), "a")).toContain("Kick off");
    expect(rowOf(withRow(row([unreadable])), "a")).not.toContain("Kick off");
    expect(rowOf(withRow(row([unreadable])), "a")).not.toContain('action="/actions/kickoff"');
  });
});

describe("K57: what a worker proposed", () => {
  const sentence = "Proposed by the worker of fix-ci: accept or drop it";
  const proposal: TaskRow = sampleRow({
    key: "pin-node",
    status: "not_started",
    group: "needs_attention",
    base_group: "planned",
    signals: [sampleSignal("task_proposed", sentence)],
  });

  it("is one row with Accept and Drop, and nothing to acknowledge", () => {
    const row = rowOf(withRow(proposal), "pin-node");
    expect(text(row)).toContain(sentence);
    expect(row).toContain('action="/actions/accept"');
    expect(row).toContain('formaction="/actions/drop"');
    expect(row).not.toContain("/actions/acknowledge");
  });
});
