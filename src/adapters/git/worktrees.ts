// The adapter of the port Worktrees: what is asked, in words of the port; how it is done stands beside it, one file per
// verb. Changes of one worktree come one after the other.

import { realpathSync } from "node:fs";
import { join } from "node:path";
import { nameWorktree } from "../../core/worker/worktree-name.ts";
import type {
  Prepared,
  Rebased,
  RebaseRequest,
  Removal,
  WorktreeHoldings,
  Worktrees,
} from "../../ports/git/worktrees.ts";
import type { RunCommand } from "../../ports/system/run-command.ts";
import { runCommand } from "../exec/run-command.ts";
import { describeFileError } from "../file-system/file-error.ts";
import type { GitPlace } from "./command/git-command.ts";
import { createGitVersion } from "./command/git-version.ts";
import { rebaseWorktree, undoInterruptedRebase } from "./delivery/rebase-worktree.ts";
import { type Base, findBase } from "./facts/worktree-base.ts";
import { type Preparation, prepareWorktree, rehearse } from "./worktrees/prepare-worktree.ts";
import { removeWorktree } from "./worktrees/remove-worktree.ts";
import { surveyGround } from "./worktrees/survey-ground.ts";
import { isThere, listSlugs, tellHoldings, tellWorktree } from "./worktrees/worktree-listing.ts";

/** Git is asked about this many worktrees at a time: it waits for the disk more than it computes. */
const ASKED_AT_ONCE = 4;

export type WorktreesOptions = {
  /** Absolute. */
  readonly root: string;
  /** The setting `worktree.base`, read at each use: it may change while the process lives. */
  readonly base: string | null;
  /** The setting `worktree.disposable`. */
  readonly disposable?: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly run?: RunCommand;
};

export function createWorktrees(options: WorktreesOptions): Worktrees {
  const { root, env = process.env, run = runCommand } = options;
  const place: GitPlace = { root, env, run };
  const version = createGitVersion(place);
  const inTurn = createTurns();
  const disposable = () => options.disposable ?? [];
  return {
    preflight(slug) {
      const survey = surveyGround({ root, base: options.base, env }, slug);
      if (survey.kind === "blocked") return survey;
      return { kind: "clear", reused: survey.worktree.kind === "sane" };
    },
    async rehearse(slug, signal, { isOwn = false } = {}) {
      const rehearsed = await rehearse(place, slug, { base: options.base, isOwn, version, signal });
      if (rehearsed.kind === "blocked") return rehearsed;
      return { kind: "clear", reused: rehearsed.survey.worktree.kind === "sane" };
    },
    prepare: (slug, signal, { isOwn = false } = {}) =>
      inTurn(slug, () => prepare(place, slug, { base: options.base, isOwn, version, signal })),
    list: ({ measure, signal }) =>
      list(place, { base: options.base, disposable: disposable(), measure, signal }),
    async inspect(slug, signal) {
      const real = realPlace(place);
      const name = nameWorktree(slug);
      if (real === null || name.kind === "refused" || !isThere(join(real.root, name.worktree))) return null;
      const base = await baseOf(real, options.base, signal);
      return await tellWorktree(real, { slug, ...name }, { base, signal });
    },
    remove: (slug, { signal, delivered = null, discard = false }) =>
      inTurn(slug, () =>
        remove(place, slug, { base: options.base, disposable: disposable(), signal, delivered, discard }),
      ),
    rebase: (request) => inTurn(request.slug, () => rebase(place, request)),
  };
}

async function list(
  place: GitPlace,
  { base, ...telling }: Wish & { readonly measure: boolean; readonly disposable: readonly string[] },
): Promise<readonly WorktreeHoldings[]> {
  const real = realPlace(place);
  const slugs = real === null ? [] : listSlugs(real.root);
  if (real === null || slugs.length === 0) return [];
  const found = await baseOf(real, base, telling.signal);
  const facts: WorktreeHoldings[] = [];
  for (let start = 0; start < slugs.length; start += ASKED_AT_ONCE) {
    const batch = slugs.slice(start, start + ASKED_AT_ONCE);
    const told = batch.map((slug) => tellHoldings(real, slug, { ...telling, base: found }));
    facts.push(...(await Promise.all(told)));
  }
  return facts;
}

type Wish = { readonly base: string | null; readonly signal: AbortSignal };

async function prepare(place: GitPlace, slug: string, wish: Preparation): Promise<Prepared> {
  try {
    await undoInterruptedRebase(place, slug, wish.signal);
    return await prepareWorktree(place, slug, wish);
  } catch (error) {
    return {
      kind: "failed",
      message: `The worktree could not be made: ${describeFileError(error)}.`,
      hint: "Put that right, then try again.",
    };
  }
}

async function remove(
  place: GitPlace,
  slug: string,
  { base, ...options }: Wish & Omit<Parameters<typeof removeWorktree>[2], "base">,
): Promise<Removal> {
  const real = realPlace(place);
  const name = nameWorktree(slug);
  if (real === null) return { kind: "refused", why: "the repository is gone" };
  if (name.kind === "refused") return { kind: "refused", why: "there is none" };
  const search = await findBase(real, base, options.signal);
  if (search.kind === "missing") return { kind: "refused", why: search.message };
  try {
    return await removeWorktree(real, name, { ...options, base: search.base });
  } catch (error) {
    return { kind: "refused", why: describeFileError(error) };
  }
}

async function rebase(place: GitPlace, request: RebaseRequest): Promise<Rebased> {
  try {
    return await rebaseWorktree(place, request);
  } catch (error) {
    return { kind: "failed", reason: "git", why: describeFileError(error) };
  }
}

async function baseOf(place: GitPlace, wanted: string | null, signal: AbortSignal): Promise<Base | null> {
  const search = await findBase(place, wanted, signal);
  return search.kind === "found" ? search.base : null;
}

/** Null when the repository is gone. */
function realPlace(place: GitPlace): GitPlace | null {
  try {
    return { ...place, root: realpathSync.native(place.root) };
  } catch {
    return null;
  }
}

/** Runs what concerns one slug one after the other. */
function createTurns(): <Result>(slug: string, work: () => Promise<Result>) => Promise<Result> {
  const last = new Map<string, Promise<unknown>>();
  return (slug, work) => {
    const mine = (last.get(slug) ?? Promise.resolve()).then(work);
    const settled = mine.catch(() => undefined);
    last.set(slug, settled);
    void settled.then(() => {
      if (last.get(slug) === settled) last.delete(slug);
    });
    return mine;
  };
}
