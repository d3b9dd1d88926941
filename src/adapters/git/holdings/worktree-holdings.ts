// Everything there is to know before a worktree may be removed. The listing and the removal read the same, so that they
// agree.

import { join } from "node:path";
import { quote } from "../../../core/text/quote.ts";
import type { OnlyHere, WorktreeState } from "../../../core/worker/judge-worktree.ts";
import { look } from "../../file-system/read-small-file.ts";
import type { GitPlace } from "../command/git-command.ts";
import { type GitFolder, mainWorktree } from "../facts/git-folder.ts";
import { findOperation } from "../facts/git-operation.ts";
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

export type HoldingsOptions = { readonly base: Base | null; readonly disposable: readonly string[] };

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
  options: HoldingsOptions,
): Promise<Holdings> {
  const worktree: GitPlace = { ...place, root: join(place.root, checkout.worktree) };
  const { base, disposable } = options;
  const facts = await readCheckout(worktree, { base, ownBranch: checkout.branch, withIgnored: true });
  const index = await readIndex(worktree);
  const { head, commits, ignored } = facts;
  const isUnmerged = commits !== null && commits > 0 && head !== null && base !== null;
  const { common } = checkout.git;
  const mergedInAnotherForm = isUnmerged && (await isMergedInAnotherForm(place, { head, base, common }));
  const found = { checkout, ignored, index, disposable };
  return {
    ...facts,
    merged: mergedInAnotherForm || facts.merged,
    mergedInAnotherForm,
    obstacle: findObstacle(worktree, checkout, index),
    onlyHere: await readOnlyHere(place, worktree, found),
    hasSubmodules:
      look(join(checkout.own, "modules")) !== null || (index ?? []).some(({ isSubmodule }) => isSubmodule),
  };
}

function findObstacle(
  { root }: GitPlace,
  { own }: Checkout,
  index: readonly IndexEntry[] | null,
): string | null {
  if (look(join(own, "index")) === null)
    return "it was never finished; the next start of its task recreates it";
  const operation = findOperation(own);
  if (operation !== null) return `${operation.what} in it`;
  if (look(join(own, "refs/worktree")) !== null) return "it has its own refs (refs/worktree)";
  if (index === null) return "git cannot tell whether it compares all files in it";
  const hidden = index.find((entry) => isHidden(root, entry));
  return hidden === undefined ? null : `git does not compare ${quote(hidden.path)} in it`;
}

type Found = {
  readonly checkout: Checkout;
  readonly ignored: readonly string[] | null;
  readonly index: readonly IndexEntry[] | null;
  readonly disposable: readonly string[];
};

async function readOnlyHere(
  place: GitPlace,
  worktree: GitPlace,
  { checkout, ignored: paths, index, disposable }: Found,
): Promise<readonly OnlyHere[] | null> {
  if (paths === null || index === null) return null;
  const main = mainWorktree(checkout.git);
  const ignored = ignoredOnlyHere({ top: worktree.root, paths, disposable, main });
  const unreferenced = await unreferencedCommits(place, checkout);
  const submodules = await submodulesOnlyHere(worktree, index, { disposable });
  if (unreferenced === null || submodules === null) return null;
  const found: readonly OnlyHere[] = [
    { kind: "ignored", count: ignored.length, names: ignored },
    { kind: "unreferenced", ...unreferenced },
    { kind: "submodule", count: submodules.length, names: submodules },
  ];
  return found
    .filter(({ count }) => count > 0)
    .map(({ names, ...rest }) => ({ ...rest, names: names.slice(0, NAMED_MAX) }));
}

/** A build folder that is not known as one holds tens of thousands. */
const NAMED_MAX = 10;
