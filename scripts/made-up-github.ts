// The GitHub of the demo: the local one of the tests, with the pull requests of examples/dataface/pull-requests.yaml. Their
// past is replayed in order, with the clock set to each time; their future happens on timers.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { CORE_SCHEMA, load } from "js-yaml";
import * as z from "zod";
import { addCheck, completeCheck } from "../test/local-github/checks.ts";
import { startLocalGitHub } from "../test/local-github/local-github.ts";
import type { LocalPullRequest, LocalRepository } from "../test/local-github/records.ts";
import {
  closePullRequest,
  merge,
  openPullRequest,
  push,
  requestReview,
  review,
  setMergeable,
  setQueued,
} from "../test/local-github/state.ts";

const DATA = new URL("../examples/dataface/pull-requests.yaml", import.meta.url);
/** It does not exist at the real GitHub, so links lead nowhere. */
const REPOSITORY = "dataface-demo/dataface";

export type MadeUpGitHub = {
  /** The address of its REST API. */
  readonly url: string;
  readonly token: string;
  readonly repository: string;
  close(): Promise<void>;
};

/** Listens on a free port of this machine; its running checks complete on timers. */
export async function startMadeUpGitHub(): Promise<MadeUpGitHub> {
  const clock = createPlayedClock();
  const github = await startLocalGitHub({ now: clock.now });
  const coming = playPullRequests(github.repository(REPOSITORY), clock);
  const timers = coming.map(({ afterMs, happen }) => setTimeout(happen, afterMs));
  const { url, token } = github;
  return {
    ...{ url, token, repository: REPOSITORY },
    close: async () => {
      for (const timer of timers) clearTimeout(timer);
      await github.close();
    },
  };
}

export type PlayedClock = { readonly now: () => number; setBack(toMs: number | null): void };

/** The clock of this machine, unless it is set back. */
export function createPlayedClock(): PlayedClock {
  let setToMs: number | null = null;
  return {
    now: () => setToMs ?? Date.now(),
    setBack: (toMs) => {
      setToMs = toMs;
    },
  };
}

type Coming = { readonly afterMs: number; readonly happen: () => void };

/** Replays the past, and returns what is still to happen. `clock` is the repository's. */
export function playPullRequests(repository: LocalRepository, clock: PlayedClock): readonly Coming[] {
  const described = fileSchema.parse(load(readFileSync(DATA, "utf8"), { schema: CORE_SCHEMA }));
  const plans = described.map((one) => planOne(repository, one));
  const nowMs = clock.now();
  const past = plans.flatMap((plan) => plan.past).toSorted((a, b) => b.hoursAgo - a.hoursAgo);
  for (const { hoursAgo, happen } of past) {
    clock.setBack(nowMs - hoursAgo * HOUR_MS);
    happen();
  }
  clock.setBack(null);
  return plans.flatMap(({ coming }) => coming);
}

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;
/** How long checks took. */
const CHECKED_AFTER_HOURS = 1 / 6;

const agoSchema = z.strictObject({ hours_ago: z.number().positive() });
const byWhomSchema = agoSchema.extend({ by: z.string() });

const fileSchema = z.array(
  z.strictObject({
    task: z.string(),
    branch: z.string().optional(),
    number: z.number().int(),
    title: z.string(),
    author: z.string(),
    labels: z.array(z.string()),
    /** Left out: the default branch. */
    base: z.string().optional(),
    draft: z.boolean().default(false),
    conflicts: z.boolean().default(false),
    review_asked_of: z.string().optional(),
    opened: agoSchema,
    pushed: agoSchema.optional(),
    approved: byWhomSchema.optional(),
    queued: agoSchema.optional(),
    merged: byWhomSchema.optional(),
    closed: agoSchema.optional(),
    checks: z.strictObject({
      passed: z.array(z.string()),
      failed: z.array(z.string()).default([]),
      /** Seconds after the start, by name. */
      running: z.record(z.string(), z.number().positive()).default({}),
    }),
  }),
);

type MadeUp = z.infer<typeof fileSchema>[number];

type Past = { readonly hoursAgo: number; readonly happen: () => void };
type Plan = { readonly past: readonly Past[]; readonly coming: readonly Coming[] };

function planOne(repository: LocalRepository, described: MadeUp): Plan {
  const { opened, pushed, conflicts, approved, queued, merged, closed } = described;
  const { passed, failed, running } = described.checks;
  const pull = opener(repository, described);
  const checked = pushed ?? opened;
  const concluded = { hours_ago: checked.hours_ago - CHECKED_AFTER_HOURS };
  return {
    past: [
      at(opened, () => setMergeable(pull(), conflicts ? "conflict" : "clean")),
      at(opened, () => described.review_asked_of && requestReview(pull(), described.review_asked_of)),
      at(pushed, () => push(pull(), { commit: commitOf(described, "pushed") })),
      at(checked, () => addChecks(pull(), [...passed, ...failed, ...Object.keys(running)])),
      at(concluded, () => completeChecks(pull(), passed, "success")),
      at(concluded, () => completeChecks(pull(), failed, "failure")),
      at(approved, ({ by }) => review(pull(), by, "approved")),
      at(queued, () => setQueued(pull(), "awaiting_checks")),
      at(merged, ({ by }) => merge(pull(), by)),
      at(closed, () => closePullRequest(pull())),
    ].flat(),
    coming: Object.entries(running).map(([name, seconds]) => ({
      afterMs: seconds * SECOND_MS,
      happen: () => completeCheck(pull(), name, "success"),
    })),
  };
}

function at<When extends { readonly hours_ago: number }>(
  when: When | undefined,
  happen: (when: When) => void,
): readonly Past[] {
  return when === undefined ? [] : [{ hoursAgo: when.hours_ago, happen: () => happen(when) }];
}

function addChecks(pull: LocalPullRequest, names: readonly string[]): void {
  for (const name of names) addCheck(pull, name);
}

function completeChecks(pull: LocalPullRequest, names: readonly string[], conclusion: string): void {
  for (const name of names) completeCheck(pull, name, conclusion);
}

/** Opens the pull request on first use, at the time of the clock. */
function opener(repository: LocalRepository, { task, ...described }: MadeUp): () => LocalPullRequest {
  const { number, title, author, labels, draft, base, branch = `task/${task}` } = described;
  let pull: LocalPullRequest | null = null;
  return () => {
    const commit = commitOf(described, "opened");
    pull ??= openPullRequest(repository, {
      ...{ branch, number, title, author, labels, draft, commit },
      ...(base !== undefined && { base }),
    });
    return pull;
  };
}

/** The page shows its first digits, so they differ. */
function commitOf({ number }: Pick<MadeUp, "number">, step: "opened" | "pushed"): string {
  return createHash("sha1").update(`${number} ${step}`).digest("hex");
}
