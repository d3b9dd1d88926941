// The adapter of the port Worktrees; each verb has its file. Changes of one worktree take turns.

import { realpathSync } from "node:fs";
import { join } from "node:path";
import { nameWorktree } from "../../core/worker/worktree-name.ts";
import type {
  CopiedFiles,
  Freed,
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
import { findBase } from "./facts/worktree-base.ts";
import { copyFiles, readCopiedSecrets, rehearseCopies } from "./worktrees/copied-files.ts";
import { freeDisposable } from "./worktrees/free-disposable.ts";
import { type Preparation, prepareWorktree, rehearse } from "./worktrees/prepare-worktree.ts";
import { type RemovalOptions, removeWorktree } from "./worktrees/remove-worktree.ts";
import {
  describeHoldings,
  describeWorktree,
  isThere,
  type ListOptions,
  listSlugs,
} from "./worktrees/worktree-listing.ts";
import { checkWorktree } from "./worktrees/worktree-preflight.ts";

/** Git is asked about this many worktrees at a time: it waits for the disk more than it computes. */
const READ_AT_ONCE = 4;

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
  const at = (signal: AbortSignal): GitPlace => ({ root, env, run, signal });
  const version = createGitVersion({ root, env, run });
  const inTurn = createTurns();
  const settings = () => ({ base: options.base, disposable: options.disposable ?? [] });
  return {
    preflight(slug) {
      const preflight = checkWorktree({ root, env }, options.base, slug);
      if (preflight.kind === "blocked") return preflight;
      return { kind: "clear", reused: preflight.worktree.kind === "usable" };
    },
    async rehearse(slug, signal, { isOwn = false } = {}) {
      const rehearsed = await rehearse(at(signal), slug, { base: options.base, isOwn, version });
      if (rehearsed.kind === "blocked") return rehearsed;
      return { kind: "clear", reused: rehearsed.preflight.worktree.kind === "usable" };
    },
    prepare: (slug, signal, { isOwn = false } = {}) =>
      inTurn(slug, () => prepare(at(signal), slug, { base: options.base, isOwn, version })),
    copyFiles: async (paths, folder, signal) =>
      paths.length === 0 ? NO_COPIES : await copyFiles(realPlace(at(signal)) ?? at(signal), folder, paths),
    copiedSecrets: (paths, folder) => readCopiedSecrets(folder, paths),
    rehearseCopies: async (paths, signal) =>
      paths.length === 0 ? null : await rehearseCopies(realPlace(at(signal)) ?? at(signal), paths),
    list: ({ measure, signal }) => list(at(signal), { ...settings(), measure }),
    async inspect(slug, signal) {
      const place = realPlace(at(signal));
      const name = nameWorktree(slug);
      if (place === null || name.kind === "refused" || !isThere(join(place.root, name.worktree))) return null;
      return await describeWorktree(place, { slug, ...name }, await baseOf(place, options.base));
    },
    remove: (slug, { signal, delivered = null, discard = false, beforeRemove = async () => null }) =>
      inTurn(slug, () => remove(at(signal), slug, { ...settings(), delivered, discard, beforeRemove })),
    freeDisposable: (slug, { signal, whyKept }) =>
      inTurn(slug, () => free(at(signal), slug, { disposable: settings().disposable, whyKept })),
    rebase: (request) => inTurn(request.slug, () => rebase(at(request.signal), request)),
  };
}

const NO_COPIES: CopiedFiles = { kind: "copied", secrets: [] };

type Named<Options> = Omit<Options, "base"> & { readonly base: string | null };

async function list(
  anywhere: GitPlace,
  { base: wanted, ...options }: Named<ListOptions>,
): Promise<readonly WorktreeHoldings[]> {
  const place = realPlace(anywhere);
  const slugs = place === null ? [] : listSlugs(place.root);
  if (place === null || slugs.length === 0) return [];
  const base = await baseOf(place, wanted);
  const worktrees: WorktreeHoldings[] = [];
  for (let start = 0; start < slugs.length; start += READ_AT_ONCE) {
    const batch = slugs.slice(start, start + READ_AT_ONCE);
    const reading = batch.map((slug) => describeHoldings(place, slug, { ...options, base }));
    worktrees.push(...(await Promise.all(reading)));
  }
  return worktrees;
}

async function prepare(place: GitPlace, slug: string, preparation: Preparation): Promise<Prepared> {
  try {
    await undoInterruptedRebase(place, slug);
    return await prepareWorktree(place, slug, preparation);
  } catch (error) {
    const message = `The worktree could not be created: ${describeFileError(error)}.`;
    return { kind: "failed", message, hint: "Fix that, then try again." };
  }
}

async function remove(
  anywhere: GitPlace,
  slug: string,
  { base, ...options }: Named<RemovalOptions>,
): Promise<Removal> {
  const place = realPlace(anywhere);
  const name = nameWorktree(slug);
  if (place === null) return { kind: "refused", why: "the repository is gone" };
  if (name.kind === "refused") return { kind: "refused", why: "there is none" };
  const search = await findBase(place, base);
  if (search.kind === "missing") return { kind: "refused", why: search.message };
  try {
    return await removeWorktree(place, name, { ...options, base: search.base });
  } catch (error) {
    return { kind: "refused", why: describeFileError(error) };
  }
}

async function free(
  anywhere: GitPlace,
  slug: string,
  options: Parameters<typeof freeDisposable>[2],
): Promise<Freed> {
  const place = realPlace(anywhere);
  const name = nameWorktree(slug);
  if (place === null || name.kind === "refused") return { kind: "refused", why: "there is none" };
  try {
    return await freeDisposable(place, name.worktree, options);
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

async function baseOf(place: GitPlace, wanted: string | null) {
  const search = await findBase(place, wanted);
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
