// Everything there is to know before a worktree may go. The listing and the removal read the same, so that what one says
// the other does.

import { join } from "node:path";
import { quote } from "../../../core/text/quote.ts";
import type { OnlyHere, WorktreeState } from "../../../core/worker/judge-worktree.ts";
import { look } from "../../file-system/read-small-file.ts";
import type { GitPlace } from "../command/git-command.ts";
import { type GitFolder, mainWorktree } from "../facts/git-folder.ts";
import { findUnderWay } from "../facts/under-way.ts";
import type { Base } from "../facts/worktree-base.ts";
import { ignoredOnlyHere } from "./ignored-files.ts";
import { type IndexEntry, isHidden, readIndex } from "./index-entries.ts";
import { isMergedInAnotherForm } from "./merged-in-another-form.ts";
import { submodulesOnlyHere } from "./submodules.ts";
import { unreferencedCommits } from "./unreferenced-commits.ts";
import { type CheckoutFacts, readCheckout } from "./worktree-facts.ts";

export type Checkout = {
  /** Relative to the root. */
  readonly worktree: string;
  readonly branch: string;
  /** The worktree's own git folder. */
  readonly own: string;
  /** Of the repository. */
  readonly git: GitFolder;
};

export type HoldingsWish = {
  readonly base: Base | null;
  readonly disposable: readonly string[];
  readonly signal: AbortSignal;
};

export type Holdings = CheckoutFacts &
  Pick<WorktreeState, "obstacle" | "onlyHere"> & {
    /** Merged, but not as the commits that it has: squashed or rebased. */
    readonly mergedInAnotherForm: boolean;
    /** Git wants to be forced where there are any, initialised or not. */
    readonly hasSubmodules: boolean;
  };

/** `place` is that of the repository. */
export async function readHoldings(
  place: GitPlace,
  checkout: Checkout,
  wish: HoldingsWish,
): Promise<Holdings> {
  const worktree: GitPlace = { ...place, root: join(place.root, checkout.worktree) };
  const facts = await readCheckout(worktree, {
    ...wish,
    ownBranch: checkout.branch,
    withIgnored: true,
  });
  const index = await readIndex(worktree, wish.signal);
  const isOtherForm = await isMergedOtherwise(place, facts, checkout, wish);
  return {
    ...facts,
    merged: isOtherForm ? true : facts.merged,
    mergedInAnotherForm: isOtherForm,
    obstacle: findObstacle(worktree, checkout, index),
    onlyHere: index === null ? null : await readOnlyHere(place, worktree, { checkout, facts, index, wish }),
    hasSubmodules:
      look(join(checkout.own, "modules")) !== null || (index ?? []).some(({ isSubmodule }) => isSubmodule),
  };
}

async function isMergedOtherwise(
  place: GitPlace,
  { commits, head }: CheckoutFacts,
  { git }: Checkout,
  { base, signal }: HoldingsWish,
): Promise<boolean> {
  if (commits === null || commits === 0 || head === null || base === null) return false;
  return await isMergedInAnotherForm(place, { head, base, common: git.common }, signal);
}

function findObstacle(
  { root }: GitPlace,
  { own }: Checkout,
  index: readonly IndexEntry[] | null,
): string | null {
  if (look(join(own, "index")) === null)
    return "it was never finished; the next start of its task makes it anew";
  const underWay = findUnderWay(own);
  if (underWay !== null) return `${lowerFirst(underWay.what)} in it`;
  if (look(join(own, "refs/worktree")) !== null) return "it has refs of its own (refs/worktree)";
  if (index === null) return "git does not say whether it compares all files in it";
  const hidden = index.find((entry) => isHidden(root, entry));
  return hidden === undefined ? null : `git is told not to compare ${quote(hidden.path)} in it`;
}

type Looking = {
  readonly checkout: Checkout;
  readonly facts: CheckoutFacts;
  readonly index: readonly IndexEntry[];
  readonly wish: HoldingsWish;
};

async function readOnlyHere(
  place: GitPlace,
  worktree: GitPlace,
  { checkout, facts, index, wish }: Looking,
): Promise<readonly OnlyHere[] | null> {
  const { disposable, signal } = wish;
  if (facts.ignored === null) return null;
  const twin = mainWorktree(checkout.git);
  const ignored = ignoredOnlyHere({ top: worktree.root, paths: facts.ignored, disposable, twin });
  const unreferenced = await unreferencedCommits(place, checkout, signal);
  const submodules = await submodulesOnlyHere(worktree, index, wish);
  if (unreferenced === null || submodules === null) return null;
  const found: readonly OnlyHere[] = [
    { kind: "ignored", count: ignored.length, names: ignored },
    { kind: "unreferenced", ...unreferenced },
    { kind: "submodule", count: submodules.length, names: submodules },
  ];
  return found.filter(({ count }) => count > 0).map(shortened);
}

/** A build folder that is not known as one holds tens of thousands. */
const NAMED_MAX = 10;

function shortened({ names, ...rest }: OnlyHere): OnlyHere {
  return { ...rest, names: names.slice(0, NAMED_MAX) };
}

function lowerFirst(sentence: string): string {
  return sentence.slice(0, 1).toLowerCase() + sentence.slice(1);
}
