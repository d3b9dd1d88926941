// Every page is valid HTML, and its weight is bounded whatever the number of tasks (P8).

import { gzipSync } from "node:zlib";
import { HtmlValidate } from "html-validate";
import { describe, expect, it } from "vitest";
import { minifiedNotifyScript, minifiedScript } from "../../scripts/minify-script.ts";
import type { PullRequestView } from "../../src/core/contract/pull-request-view.ts";
import type { RunView } from "../../src/core/contract/run-view.ts";
import { GROUPS, type Group } from "../../src/core/contract/snapshot.ts";
import { loadAssets } from "../../src/web/assets/assets.ts";
import {
  ACTING,
  nightPages,
  otherPages,
  query,
  statusAtWork,
  statusPage,
} from "../support/rendered-pages.ts";
import { checksOf, pullRequestView, SOURCES } from "../support/sample-pull-requests.ts";
import {
  attestationAtWork,
  atWork,
  DISPATCH,
  progress,
  question,
  snapshotAtWork,
} from "../support/sample-runs.ts";
import { OBSERVED_AT, STALE, sampleRow, sampleRows, sampleSnapshot } from "../support/sample-snapshot.ts";

const validator = new HtmlValidate({
  extends: ["html-validate:recommended"],
  rules: {
    // Pages are written without needless characters; keys with a slash are valid ids in HTML.
    "doctype-style": "off",
    "no-trailing-whitespace": "off",
    "valid-id": "off",
    "long-title": "off",
    // The status region is empty until something has to be said.
    "no-redundant-role": "off",
    // A reader can turn the reload off (U1), which is what the rule is about.
    "meta-refresh": "off",
  },
});

async function check(name: string, page: string): Promise<void> {
  const report = await validator.validateString(page);
  const messages = report.results.flatMap(({ messages: found }) =>
    found.map(
      ({ ruleId, message, offset }) => `${ruleId}: ${message} ${page.slice(offset - 40, offset + 60)}`,
    ),
  );
  expect(messages, name).toEqual([]);
}

const PAUSED = { ...DISPATCH, pause: { by: "dave", at: OBSERVED_AT, note: "the <build> machine" } };

const UNTRUSTED = { ...DISPATCH, untrusted: ["worker.command", "dispatch.automatic"] };

describe("valid HTML", () => {
  it.each([
    ["fresh", statusPage()],
    ["stale", statusPage({ freshness: STALE, notices: ["A second server is running."] })],
    ["filtered", statusPage({ query: query("priority=p1&text=owner&sort=age") })],
    ["one group", statusPage({ query: query("group=planned&page=1") })],
    ["at work", statusAtWork()],
    ["at work, only shown", statusAtWork({ acting: null })],
    ["paused", statusAtWork({ snapshot: snapshotAtWork({ dispatch: PAUSED }) })],
    ["J12: not trusted", statusAtWork({ snapshot: snapshotAtWork({ dispatch: UNTRUSTED }) })],
    ["pull requests failing", statusAtWork({ attestation: attestationAtWork(SOURCES.failing) })],
    ["a low budget", statusAtWork({ attestation: attestationAtWork(SOURCES.low) })],
    ["no token", statusAtWork({ attestation: attestationAtWork(SOURCES.noToken) })],
    ["acknowledged", statusAtWork({ query: query("flag=acknowledged") })],
    ["nothing", statusPage({ snapshot: sampleSnapshot([]), transitions: [] })],
    ...Object.entries(otherPages()),
  ])("%s", check);

  it.each(Object.entries(nightPages()))("N7: %s", check);
});

/** Workers wherever there can be any, every third of them asking. */
function runOf(group: Group, index: number): RunView | null {
  const key = `task-${index}`;
  const text = `Which of the two, ${index} or ${index + 1}?`;
  if (group === "needs_attention" && index % 3 === 0)
    return atWork(key, index % 600, { progress: progress("asking"), question: question(text) });
  if (group !== "active") return null;
  const evidence = { witness: "worktree", at: OBSERVED_AT, text: `${index} files changed` } as const; // words-ok: JSON key
  return atWork(key, index % 600, {
    progress: progress("working", { evidence: [evidence] }),
    last_line: `${index} of ${index * 2} tests passed ${Math.cos(index)}`,
  });
}

/** Wherever there can be one, every other of them red; each with a title of its own. */
function pullRequestOf(group: Group, index: number): PullRequestView | null {
  if (group === "ready" || group === "waiting" || group === "planned") return null;
  const red = index % 2 === 0 ? { failing: [`e2e ${index}`, `lint ${index}`], passing: 5 } : { passing: 7 };
  return pullRequestView({ number: index, title: `Do ${Math.tan(index)}`, checks: checksOf(red) });
}

describe("P8: weight", () => {
  const many = sampleSnapshot(
    Array.from({ length: 10_000 }, (_, index) => {
      const [group, title] = [GROUPS[index % GROUPS.length] ?? "done", `Task ${index} ${Math.sin(index)}`];
      return sampleRow(
        {
          key: `task-${index}-${(index * 7919) % 10_007}`,
          title,
          group,
          signals: group === "needs_attention" ? (sampleRows()[0]?.signals ?? []) : [],
          run: runOf(group, index),
          pull_request: pullRequestOf(group, index),
        },
        index,
      );
    }),
    { dispatch: DISPATCH },
  );

  const attestation = attestationAtWork(SOURCES.failing);

  it.each([
    "",
    "group=planned",
    "group=needs_attention&page=3",
    "group=active",
    "group=in_review",
    "group=done",
    "group=ready",
    "sort=title",
  ])("/status?%s is at most 30 KB at 10,000 tasks", (text) => {
    expect(
      gzipSync(statusPage({ snapshot: many, query: query(text), acting: ACTING, attestation })).length,
    ).toBeLessThanOrEqual(30 * 1024);
  });

  it("N7: /status?group=active is at most 30 KB when all of it waits for an account and can go on with another worker", () => {
    const scope = { kind: "account", name: "claude@desk" } as const;
    const tasks = many.tasks.map((row, index) => {
      const held = {
        cause: "limit",
        scope,
        on: scope.name,
        until: OBSERVED_AT,
        sentence: "Limited",
      } as const;
      const since = new Date(Date.parse(OBSERVED_AT) - index * 1_000).toISOString();
      const run = row.run && { ...row.run, state: "queued" as const, requested_worker: "claude" };
      return { ...row, run: run && { ...run, progress: null, held: { ...held, since } } };
    });
    const dispatch = { ...many.dispatch, fallbacks: { claude: ["codex"] } };
    const page = statusPage({
      snapshot: { ...many, tasks, dispatch },
      query: query("group=active"),
      acting: ACTING,
    });
    expect(page.match(/Continue with codex</g)).toHaveLength(100);
    expect(gzipSync(page).length).toBeLessThanOrEqual(30 * 1024);
  });

  it("the script of all pages is at most 12 KB, and that of notifications 1 KB, as they are installed", async () => {
    const scripts = [...loadAssets().byPath.values()].filter(({ contentType }) =>
      contentType.startsWith("text/javascript"),
    );
    expect(scripts).toHaveLength(2);
    const weigh = (script: string) => gzipSync(script, { level: 9 }).length;
    expect(weigh(await minifiedScript())).toBeLessThanOrEqual(12 * 1024);
    expect(weigh(await minifiedNotifyScript())).toBeLessThanOrEqual(1024);
    // Only a viewer who switched it on loads the second.
    expect(statusPage().match(/<script /g)).toHaveLength(1);
  });

  it("S8: pages name no other host", () => {
    for (const page of [statusPage(), ...Object.values(otherPages())]) {
      expect(
        page.replace(/<a [^>]*rel="no(?:opener|referrer)/g, "").match(/(src|href)="(https?:)?\/\//),
      ).toBeNull();
    }
  });
});
