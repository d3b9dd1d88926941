import { describe, expect, it } from "vitest";
import { PAGE_SETTINGS, query, statusPage } from "../../../../test/support/rendered-pages.ts";
import {
  FRESH,
  SAMPLE_HEADER,
  STALE,
  sampleAttestation,
  sampleRow,
  sampleRows,
  sampleSignal,
  sampleSnapshot,
} from "../../../../test/support/sample-snapshot.ts";
import { GROUPS, type Sources } from "../../../core/contract/snapshot.ts";

const text = (page: string) =>
  page
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .replaceAll("&#39;", "'");
const rowsIn = (page: string) => [...page.matchAll(/<tr id="t-([^"]*)"/g)].map(([, key]) => key);
const numbersOf = (page: string) =>
  Object.fromEntries(
    [...page.matchAll(/data-group="(\w+)".*?<b>(?:<i[^>]*>▲<\/i>)?([^<]*)<\/b>/g)].map(
      ([, group, number]) => [group, number],
    ),
  );

function withSources(changes: Partial<Sources>) {
  const attestation = sampleAttestation();
  return { ...attestation, sources: { ...attestation.sources, ...changes } };
}

describe("what is on the page", () => {
  it("every task has exactly one row, and each number is that of its rows", () => {
    const snapshot = sampleSnapshot();
    const page = statusPage({ pageSettings: { ...PAGE_SETTINGS, rows: 200 } });
    expect(rowsIn(page).sort()).toEqual(snapshot.tasks.map(({ key }) => key).sort());
    const numbers = numbersOf(page);
    for (const group of GROUPS.filter((one) => one !== "in_review"))
      expect(numbers[group], group).toBe(String(snapshot.groups[group]?.length));
  });

  it("starts its title with what needs you, then the repository", () => {
    expect(statusPage()).toContain("<title>3 need you · dataface · Status</title>");
    expect(statusPage({ freshness: STALE })).toContain(
      "<title>Stale · 3 need you · dataface · Status</title>",
    );
  });

  it("marks a branch that is not the default one, and a repository without git", () => {
    const { repository } = sampleSnapshot();
    const on = (changes: Partial<typeof repository>) =>
      text(
        statusPage({ snapshot: sampleSnapshot(sampleRows(), { repository: { ...repository, ...changes } }) }),
      );
    expect(on({ branch: "fix" })).toContain("fix · a1f3c09 ● not main");
    expect(on({})).not.toContain("not main");
    expect(on({ git: "none", branch: null, commit: null })).toContain("not a git repository");
    expect(on({ branch: null })).toContain("detached · a1f3c09");
  });

  it("has no column for what the repository does not have", () => {
    const bare = statusPage({
      snapshot: sampleSnapshot(sampleRows(), { milestones: [], workstreams: [], initiatives: [] }),
    });
    for (const name of ["Milestone", "Workstream", "Initiative"])
      expect(bare).not.toMatch(new RegExp(`>${name}<`));
    expect(statusPage()).toContain(">Milestone<");
  });

  it("cuts long lists and says so", () => {
    const page = statusPage({ pageSettings: { ...PAGE_SETTINGS, rows: 3 } });
    expect(text(page)).toContain("Ready 3 of 4 · show all · overdue after 24 h");
    expect(page).toContain('href="/status?group=ready"');
  });

  it("shows one group alone, in pages", () => {
    const rows = Array.from({ length: 250 }, (_, index) =>
      sampleRow({ key: `p${String(index).padStart(3, "0")}`, group: "planned" }),
    );
    const page = statusPage({ snapshot: sampleSnapshot(rows), query: query("group=planned&page=3") });
    expect(rowsIn(page)).toHaveLength(50);
    expect(text(page)).toContain("201–250 of 250");
    expect(page).toContain('rel="prev" href="/status?group=planned&amp;page=2"');
    expect(page).not.toContain('rel="next"');
  });

  it("sorts by address, missing values last, ties in the group's own order", () => {
    const rows = [
      sampleRow({ key: "a", group: "ready", priority: null }),
      sampleRow({ key: "b", group: "ready", priority: "p2" }),
      sampleRow({ key: "c", group: "ready", priority: "p1" }),
      sampleRow({ key: "d", group: "ready", priority: "p1" }),
    ];
    expect(rowsIn(statusPage({ snapshot: sampleSnapshot(rows), query: query("sort=priority") }))).toEqual([
      "c",
      "d",
      "b",
      "a",
    ]);
  });

  it("says whose it is and how that was found", () => {
    const snapshot = sampleSnapshot(sampleRows(), {
      owner: { name: "dave", resolved_from: "davefowler (--owner)" },
    });
    expect(text(statusPage({ snapshot }))).toContain("Owner: dave from davefowler (--owner)");
  });

  it("an owner's page leads to unowned tasks; everyone's does not need to", () => {
    const snapshot = sampleSnapshot(sampleRows(), { owner: { name: "dave", resolved_from: null } });
    expect(statusPage({ snapshot })).toContain(
      '<a href="/status?owner=everyone&amp;flag=unowned">2 tasks have no known owner</a>',
    );
    expect(statusPage()).not.toContain("no known owner");
    expect(rowsIn(statusPage({ query: query("owner=everyone&flag=unowned") })).sort()).toEqual([
      "bad-yaml",
      "owner-validation",
    ]);
  });

  it("says once that owners are not checked, what is doubted, and what was noticed", () => {
    const doubt = sampleSignal("detector_doubt", "12 of 30 ready tasks turned overdue in one update", {
      tier: 1,
    });
    const page = text(
      statusPage({
        snapshot: sampleSnapshot(sampleRows(), { owners_checked: false, doubts: [doubt] }),
        notices: ["Polling: watches are used up."],
      }),
    );
    expect(page.match(/Owners are not checked/g)).toHaveLength(1);
    expect(page).toContain("? can't tell 12 of 30 ready tasks turned overdue");
    expect(page).toContain("Polling: watches are used up.");
  });

  it("leads to the problems of finished tasks, as many as it says", () => {
    const page = statusPage();
    expect(page).toContain(
      '<a href="/status?group=done&amp;flag=flawed">5 done tasks have problems in their files</a>', // words-ok: address
    );
    expect(rowsIn(statusPage({ query: query("group=done&flag=flawed") }))).toHaveLength(5); // words-ok: address
  });

  it("groups signals by task: sentences first, codes behind, one row", () => {
    const page = statusPage();
    expect(page.match(/id="t-host-dataface-on-gcp"/g)).toHaveLength(1);
    expect(text(page)).toContain(
      "▲ needs you In progress, and the file has not changed for 72 h or more ; Depends on pilot-regoin",
    );
    expect(page).toContain("<code>stuck_in_progress dependency_missing</code>");
  });
});

describe("J12: settings that wait for trust", () => {
  const untrusted = (...keys: string[]) => {
    const snapshot = sampleSnapshot();
    return statusPage({ snapshot: { ...snapshot, dispatch: { ...snapshot.dispatch, untrusted: keys } } });
  };

  it("a bar names them and the command that asks", () => {
    const page = untrusted("worker.command", "dispatch.automatic");
    const bar = text(/<p class="untrusted"[\s\S]*?<\/p>/.exec(page)?.[0] ?? "");
    expect(bar).toContain("Workers won't start until you trust this repository.");
    expect(bar).toContain(
      "sets worker.command , dispatch.automatic , which you have not trusted on this machine",
    );
    expect(bar).toContain(
      "tasks trust shows what would run and asks you to confirm. Running workers continue.",
    );
  });

  it("there is none where nothing waits", () => {
    expect(untrusted()).not.toContain('id="untrusted"');
  });
});

describe("T18: a milestone past its target", () => {
  const withTarget = (pastTarget: boolean) =>
    statusPage({
      snapshot: sampleSnapshot(sampleRows(), {
        milestones: SAMPLE_HEADER.milestones.map((one, at) => ({
          ...one,
          target: "2026-03-12",
          past_target: pastTarget && at === 0,
        })),
      }),
    });

  it("is a notice that links to it, and says since when", () => {
    const page = withTarget(true);
    const notices = /<ul class="notices".*?<\/ul>/s.exec(page)?.[0] ?? expect.fail("no notices");
    expect(text(notices)).toContain("is 11 days past its target, 2026-03-12, with tasks still open");
    expect(notices).toContain('href="/milestones/m1-pilot"');
    expect(notices.match(/past its target/g)).toHaveLength(1);
  });

  it("is none while its target is to come", () =>
    expect(text(withTarget(false))).not.toContain("past its target"));
});

describe("F10: empty, filtered, unknown and off are different sentences", () => {
  const empty = (changes: Parameters<typeof statusPage>[0] = {}) =>
    text(
      statusPage({
        snapshot: sampleSnapshot(sampleRows().filter(({ group }) => group !== "ready")),
        ...changes,
      }),
    );

  it("nothing, with the reason", () =>
    expect(empty()).toContain("Ready Nothing is ready: 12 tasks are waiting for 2 others."));
  it("filtered away", () =>
    expect(text(statusPage({ query: query("text=no-such-task") }))).toContain(
      "▽ filtered No task that is ready matches this filter.",
    ));
  it("T21: a filtered list that is empty anyhow counts nothing outside the filter", () => {
    const shown = empty({ query: query("priority=p1") });
    expect(shown).toContain("No task is ready, in this filter or outside it.");
    expect(shown).not.toContain("tasks are waiting for");
  });
  it("not known", () => {
    const tasks = {
      state: "failing",
      observed_at: null,
      error: "the disk does not answer",
      mode: null,
    } as const;
    expect(empty({ attestation: withSources({ tasks }) })).toContain(
      "? can't tell Unknown whether any task is ready: the disk does not answer.",
    );
  });
  it("off is a dash, never a zero", () => {
    expect(numbersOf(statusPage())["in_review"]).toBe("–");
    expect(empty()).toContain("workers – off pull requests – off: not synced yet");
    expect(empty()).toContain("– off No pull requests: not synced yet .");
  });
  it("no tasks at all", () =>
    expect(text(statusPage({ snapshot: sampleSnapshot([]) }))).toContain("There are no tasks yet."));
});

describe("how true it is", () => {
  it("F1, F9: names the observation, its age, and each source's own", () => {
    const page = text(statusPage());
    expect(page).toContain("● Fresh as of 12:04:31 , 4 s ago · updated in 18 ms");
    expect(page).toContain("files 4 s");
  });

  it("F9: one failing source marks itself only, with its error", () => {
    const tasks = {
      state: "failing",
      observed_at: "2026-03-24T12:00:31.000Z",
      error: "the disk does not answer",
      mode: null,
    } as const;
    expect(text(statusPage({ attestation: withSources({ tasks }) }))).toContain(
      "▲ files failing, 4 min : the disk does not answer",
    );
  });

  it("R11: says that it polls", () => {
    const { tasks } = sampleAttestation().sources;
    expect(
      text(statusPage({ attestation: withSources({ tasks: { ...tasks, mode: "polling" } }) })),
    ).toContain("files 4 s polling");
  });

  it("F4: stale says so, why, since when, and when it tries again; durations stop at the observation", () => {
    const page = text(statusPage({ freshness: STALE }));
    expect(page).toContain(
      "◆ Stale: this page is 3 min old. The update at 12:07:12 ran past 15 s and was stopped. This was true at 12:04:31 . Next attempt at 12:07:41 .",
    );
    expect(page.match(/durations at 12:04:31/g)?.length).toBeGreaterThanOrEqual(3);
    expect(text(statusPage())).not.toContain("durations at");
  });

  it("F4: late is a banner as well", () => {
    expect(
      text(statusPage({ freshness: { ...STALE, state: "late", detail: "An update is still running." } })),
    ).toContain("◔ Late: this page is 3 min old. An update is still running.");
  });

  it("says at least where a time is only known from when it was first seen", () => {
    expect(text(statusPage())).toContain("at least 4 min");
  });
});

describe("U1: reload without script", () => {
  it.each([
    ["", '<noscript><meta http-equiv="refresh" content="30"></noscript>'],
    ["refresh=60", '<noscript><meta http-equiv="refresh" content="60"></noscript>'],
  ])("?%s", (address, expected) => expect(statusPage({ query: query(address) })).toContain(expected));

  it("can be turned off, by address and by setting", () => {
    expect(statusPage({ query: query("refresh=off") })).not.toContain("http-equiv");
    expect(statusPage({ pageSettings: { ...PAGE_SETTINGS, refreshS: 0 } })).not.toContain("http-equiv");
  });
});

describe("S12, S16: hostile facts", () => {
  const EVIL = `"><script>alert(1)</script><img src=x onerror=alert(1)>\u202Egpj.exe\u0000`;

  it("are escaped everywhere", () => {
    const signal = sampleSignal("invalid_task", EVIL);
    const row = sampleRow({
      key: "evil",
      group: "needs_attention",
      title: EVIL,
      milestone: EVIL,
      owner: EVIL,
      owner_as: EVIL,
      workstream: EVIL,
      reason: EVIL,
      signals: [signal],
    });
    const waiting = sampleRow({
      key: "w",
      group: "waiting",
      title: EVIL,
      dependencies: [{ reference: EVIL, key: null, state: "missing", candidates: [EVIL] }],
    });
    const done = sampleRow({
      key: "d",
      group: "done",
      completed_by: EVIL,
      problems: [{ code: "x", severity: "error", file: EVIL, line: 1, message: EVIL, hint: EVIL }],
    });
    const repository = {
      name: EVIL,
      branch: EVIL,
      commit: EVIL,
      default_branch: EVIL,
      git: "ok",
      notice: EVIL,
    } as const;
    const named = { slug: EVIL, title: EVIL, file: EVIL };
    const snapshot = sampleSnapshot([row, waiting, done], {
      repository,
      owner: { name: EVIL, resolved_from: EVIL },
      milestones: [{ ...named, target: EVIL, past_target: false }],
      workstreams: [
        { ...named, owner: EVIL },
        { ...named, owner: null },
      ],
      people: [{ slug: EVIL, name: EVIL, aliases: [EVIL], roles: [EVIL] }],
      problems: done.problems.slice(),
      doubts: [signal],
    });
    const transitions = [
      {
        kind: "moved",
        id: 1,
        seq: 1,
        atMs: 0,
        key: EVIL,
        title: EVIL,
        owner: EVIL,
        from: null,
        to: "ready",
        reason: EVIL,
      } as const,
    ];
    const page = statusPage({
      snapshot,
      transitions,
      notices: [EVIL],
      query: query(`text=${encodeURIComponent(EVIL)}`),
      freshness: { ...FRESH, state: "stale", detail: EVIL },
    });
    const wholePage = statusPage({ snapshot, transitions, notices: [EVIL] });
    for (const html of [page, wholePage]) {
      expect(html).not.toContain("<script>alert");
      expect(html).not.toContain("<img");
      expect(html.match(/<script/g)).toHaveLength(1);
    }
  });

  it("impossible dates do not break it", () => {
    const row = sampleRow({
      key: "x",
      group: "ready",
      since: "9999-99-99",
      base_since: "garbage",
      changed_at: "",
    });
    expect(text(statusPage({ snapshot: sampleSnapshot([row]) }))).toContain("unknown");
  });
});
