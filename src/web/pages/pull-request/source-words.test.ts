// The words of the source of pull requests, and what of them is part of an answer's version.

import { describe, expect, it } from "vitest";
import { pullRequestsSource, SOURCES, sourcesWith } from "../../../../test/support/sample-pull-requests.ts";
import { OBSERVED_AT_MS, sampleAttestation } from "../../../../test/support/sample-snapshot.ts";
import type { PullRequestsSource } from "../../../core/contract/snapshot.ts";
import { factsAsOfMs, shownSource, sourcesShown } from "../../live/shown-source.ts";
import { html } from "../html/html.ts";
import { renderSourceItem, renderSourcePrint } from "./source-words.ts";

const TIME = { observedAtMs: OBSERVED_AT_MS };
const AGE = html`<b>42 s</b>`;

const shownNow = (source: PullRequestsSource) => shownSource(source, OBSERVED_AT_MS);
const itemOf = (source: PullRequestsSource, canAsk = true) =>
  String(renderSourceItem({ source: shownNow(source), age: AGE, canAsk, time: TIME }));
const textOf = (markup: string) => markup.replace(/<[^>]*>/g, "").trim();
const titleOf = (markup: string) => /^<li[^>]* title="([^"]*)"/.exec(markup)?.[1];
const printOf = (source: PullRequestsSource) => textOf(String(renderSourcePrint(shownNow(source), TIME)));

const NO_FACTS = { ...SOURCES.failing, observed_at: null };
const YESTERDAY = { ...SOURCES.failing, failing_since: "2026-03-23T22:05:10.000Z" };

describe("F9, F10: each state in its own words", () => {
  it.each<[string, PullRequestsSource, string]>([
    ["up to date", SOURCES.ok, "pull requests 42 s"],
    [
      "the reserve reached",
      SOURCES.low,
      "pull requests 42 s, ◔ API limit low: 980 of 5,000 left, checked again at 12:40 or with Refresh",
    ],
    [
      "failing",
      SOURCES.failing,
      "▲ pull requests failing since 11:58, facts from 11:57: GitHub refused the token (401)",
    ],
    [
      "failing from the start",
      NO_FACTS,
      "▲ pull requests failing since 11:58, no facts yet: GitHub refused the token (401)",
    ],
    [
      "failing since yesterday",
      YESTERDAY,
      "▲ pull requests failing since 23 Mar 22:05, facts from 11:57: GitHub refused the token (401)",
    ],
    ["no token", SOURCES.noToken, "pull requests – off: no token, run gh auth login"],
    [
      "another host",
      SOURCES.elsewhere,
      "pull requests – off: remote is gitlab.com, set github.repository to the owner/name of a mirror on GitHub, if there is one",
    ],
    ["never looked up", sampleAttestation().sources.pull_requests, "pull requests – off: not synced yet"],
  ])("%s", (_, source, words) => expect(textOf(itemOf(source))).toBe(words));

  it("the title has what the bar may cut, and what to do", () => {
    expect(titleOf(itemOf(SOURCES.ok))).toBe(
      "dataface/dataface: GitHub API: about 4,800 of 5,000 left, resets 12:40",
    );
    expect(titleOf(itemOf(SOURCES.failing))).toBe(
      "pull requests failing since 11:58, facts from 11:57: GitHub refused the token (401). Run gh auth login",
    );
    expect(titleOf(itemOf(SOURCES.noToken))).toBe("no token, run gh auth login");
  });

  it("Refresh is named only where it would ask", () =>
    expect(textOf(itemOf(SOURCES.low, false))).toBe(
      "pull requests 42 s, ◔ API limit low: 980 of 5,000 left, checked again at 12:40",
    ));

  it("a remedy's command is ready to copy", () =>
    expect(itemOf(SOURCES.noToken)).toContain('run <code class="command">gh auth login</code>'));
});

describe("the small print", () => {
  it.each<[string, PullRequestsSource, string]>([
    [
      "the API limit, its reserve and when it resets",
      SOURCES.ok,
      "Pull requests of dataface/dataface: GitHub API: about 4,800 of 5,000 left (1,000 reserved for other programs), resets 12:40.",
    ],
    [
      "what a low budget means",
      SOURCES.low,
      "Pull requests of dataface/dataface: GitHub API: 980 of 5,000 left (1,000 reserved for other programs), resets 12:40. Until then they are not updated automatically.",
    ],
    [
      "a failure, its remedy and the budget",
      SOURCES.failing,
      "Pull requests of dataface/dataface fail since 11:58, facts are from 11:57: GitHub refused the token (401). Run gh auth login. GitHub API: about 4,800 of 5,000 left, resets 12:40.",
    ],
    [
      "a failure without any fact",
      NO_FACTS,
      "Pull requests of dataface/dataface fail since 11:58, there are no facts yet: GitHub refused the token (401). Run gh auth login. GitHub API: about 4,800 of 5,000 left, resets 12:40.",
    ],
    [
      "why they are off",
      SOURCES.elsewhere,
      `No pull requests: ${textOf(itemOf(SOURCES.elsewhere)).slice(21)}.`,
    ],
  ])("%s", (_, source, words) => expect(printOf(source)).toBe(words));

  it("says nothing where there is nothing to say", () =>
    expect(renderSourcePrint(shownNow({ ...SOURCES.ok, budget: null }), TIME)).toBeNull());
});

describe("H1, U7: the version is what is shown", () => {
  const shown = (source: PullRequestsSource, values: Parameters<typeof sampleAttestation>[0] = {}) =>
    sourcesShown(sampleAttestation({ sources: sourcesWith(source), ...values }));
  const withBudget = (remaining: number, resetAtMs = OBSERVED_AT_MS + 60 * 60_000) =>
    pullRequestsSource({ questions: { limit: 5000, remaining, resetAtMs } });

  it.each<[string, PullRequestsSource, PullRequestsSource]>([
    ["a sync that costs little", withBudget(4899), withBudget(4801)],
    ["an age", SOURCES.ok, { ...SOURCES.ok, observed_at: "2026-03-24T12:04:20.000Z" }],
    [
      "seconds of the reset",
      withBudget(4899, OBSERVED_AT_MS + 60_000),
      withBudget(4899, OBSERVED_AT_MS + 61_000),
    ],
  ])("%s is not shown, so nothing is another version", (_, one, other) =>
    expect(shown(one)).toBe(shown(other)),
  );

  it.each<[string, PullRequestsSource, PullRequestsSource]>([
    ["a step of the budget", withBudget(4900), withBudget(4899)],
    ["one request of a low budget, which is shown exactly", withBudget(980), withBudget(979)],
    ["a budget that becomes low", withBudget(1001), withBudget(1000)],
    ["a failure", SOURCES.ok, SOURCES.failing],
    ["another failure", SOURCES.failing, { ...SOURCES.failing, error: "GitHub had an internal error (502)" }],
    ["another remedy", SOURCES.noToken, { ...SOURCES.noToken, remedy: "set GITHUB_TOKEN" }],
    ["another reason to be off", SOURCES.noToken, SOURCES.elsewhere],
    [
      "facts of another minute while failing",
      SOURCES.failing,
      { ...SOURCES.failing, observed_at: "2026-03-24T11:56:59.000Z" },
    ],
    ["a source of files that polls", SOURCES.ok, SOURCES.failing],
  ])("%s is another version", (_, one, other) => expect(shown(one)).not.toBe(shown(other)));

  it("a limit that has reset since is no longer shown", () => {
    const past = withBudget(980, OBSERVED_AT_MS - 1000);
    expect(shownNow(past)).toEqual({ kind: "ok", repository: "dataface/dataface", budget: null });
    const later = { observed_at: "2026-03-24T13:05:00.000Z" };
    expect(shown(withBudget(980), later)).not.toBe(shown(withBudget(980)));
  });

  it("steps are a fiftieth, whatever the limit", () => {
    const budget = (limit: number, remaining: number) =>
      shownNow(pullRequestsSource({ questions: { limit, remaining, resetAtMs: OBSERVED_AT_MS + 60_000 } }));
    expect(budget(15_000, 14_999)).toMatchObject({ budget: { remaining: 14_700, isRounded: true } });
    expect(budget(60, 59)).toMatchObject({ budget: { remaining: 59 } });
    expect(budget(5000, 5000)).toMatchObject({ budget: { remaining: 5000, isRounded: false } });
  });
});

describe("F10: facts that are not kept up to date", () => {
  it("have a time, those that are have none", () => {
    expect(factsAsOfMs(SOURCES.ok)).toBeNull();
    expect(factsAsOfMs(SOURCES.low)).toBeNull();
    expect(factsAsOfMs(SOURCES.noToken)).toBeNull();
    expect(factsAsOfMs(SOURCES.failing)).toBe(Date.parse("2026-03-24T11:57:00.000Z"));
    expect(factsAsOfMs({ ...SOURCES.noToken, observed_at: "2026-03-24T11:57:31.000Z" })).not.toBeNull();
  });
});
