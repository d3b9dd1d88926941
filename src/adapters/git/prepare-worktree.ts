// Makes a task's worktree and branch, or uses those that are there. Git makes the worktree empty and unmarked first and
// fills it second, so that filters can be judged by the configuration as it is in that very worktree; whatever ends in
// between leaves something that the next call recognises and throws away, because nobody has worked in it.

import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { CommitSha } from "../../core/run/commit-sha.ts";
import { WORKTREES_FOLDER } from "../../core/run/worktree-name.ts";
import type { Prepared } from "../../ports/worktrees.ts";
import { describeFileError } from "../files/file-error.ts";
import { prepareStateFolder } from "../files/state-folder.ts";
import { fillWorktree, preparedByAnother } from "./fill-worktree.ts";
import { type GitPlace, runGit } from "./git-command.ts";
import { describeGitFailure, type GitFailure } from "./git-failure.ts";
import { removeEmptyFolder } from "./linked-worktree.ts";
import { type Survey, surveyGround } from "./survey-ground.ts";
import { tameConfiguration } from "./tame-configuration.ts";
import { leaveMark, takeMark } from "./unfinished-worktree.ts";
import { type Base, findBase, resolveCommit } from "./worktree-base.ts";

/** Makes a few small files. */
const ADD_TIMEOUT_MS = 30_000;
/** Walks the history back to where the two part. */
const MERGE_BASE_TIMEOUT_MS = 30_000;
const PRIVATE_FOLDER_MODE = 0o700;

type Site = {
  readonly place: GitPlace;
  readonly name: { readonly worktree: string; readonly branch: string };
  readonly folder: string;
  readonly base: Base;
  readonly signal: AbortSignal;
};

type Found = Extract<Survey, { kind: "clear" }>["worktree"];
type Failed = Extract<Prepared, { kind: "failed" }>;

/** `base` is what the configuration names, or null. Never throws for what the world does. */
export async function prepareWorktree(
  place: GitPlace,
  slug: string,
  { base: wanted, signal }: { readonly base: string | null; readonly signal: AbortSignal },
): Promise<Prepared> {
  const survey = surveyGround({ ...place, base: wanted }, slug);
  if (survey.kind === "blocked") return failed(survey);
  const real = { ...place, root: survey.root };
  const search = await findBase(real, wanted, signal);
  if (search.kind === "missing") return failed(search);
  const folder = join(survey.root, survey.name.worktree);
  const site: Site = { place: real, name: survey.name, folder, base: search.base, signal };
  if (survey.worktree.kind === "sane") return await reuse(site, survey.worktree.own);
  const untidy = await tidyUp(site, survey.worktree);
  if (untidy !== null) return untidy;
  const made = await make(site);
  if (made.kind === "prepared" || signal.aborted) return made;
  // Somebody else may have been quicker.
  const now = surveyGround({ ...place, base: wanted }, slug);
  if (now.kind === "blocked") return failed(now);
  return now.worktree.kind === "sane" ? await reuse(site, now.worktree.own) : made;
}

/** Git itself says that the folder, its git folder and the branch belong together. */
async function reuse(site: Site, own: string): Promise<Prepared> {
  const { folder, name, signal } = site;
  const worktree = { ...site.place, root: folder };
  const result = await runGit(
    worktree,
    ["rev-parse", "--show-toplevel", "--absolute-git-dir", "--symbolic-full-name", "HEAD"],
    { timeoutMs: ADD_TIMEOUT_MS, signal },
  );
  if (!result.ok) return failed(describeGitFailure(`${name.worktree} cannot be used`, site.place, result));
  const [top, gitFolder, ref] = result.stdout.split("\n");
  if (top !== folder || gitFolder !== own || ref !== `refs/heads/${name.branch}`)
    return failed({
      message: `${name.worktree} is not what it seems: git takes it for another folder or branch.`,
      hint: "Save what you need from it, then remove it: git worktree remove, or git worktree prune",
    });
  return await prepared(site, false);
}

/** What is left of a worktree that was deleted by hand, or never finished. Null once it is gone. */
async function tidyUp(site: Site, worktree: Found): Promise<Failed | null> {
  if (worktree.kind === "absent" || worktree.kind === "sane") return null;
  const { place, folder, name } = site;
  const isForgotten = worktree.kind === "forgotten";
  if (isForgotten) removeEmptyFolder(folder);
  else if (!takeMark(worktree.own, worktree.preparation)) return failed(preparedByAnother(name.worktree));
  const force = isForgotten ? [] : ["--force", "--force"];
  const result = await runGit(place, ["worktree", "remove", ...force, "--", folder], {
    timeoutMs: ADD_TIMEOUT_MS,
  });
  if (result.ok) return null;
  if (!isForgotten) leaveMark(worktree.own);
  return failed(describeGitFailure(`What is left of ${name.worktree} cannot be removed`, place, result));
}

async function make(site: Site): Promise<Prepared> {
  const { place, name, folder, base, signal } = site;
  const obstacle = makeFolders(place.root, name.worktree);
  if (obstacle !== null) return obstacle;
  const branch = await resolveCommit(place, `refs/heads/${name.branch}`, signal);
  if (branch.kind === "failed") return failed(branch.failure);
  const tamed = await tameConfiguration(place, signal);
  if (tamed.kind !== "tamed") return failed(UNTAMED);
  const isNew = branch.kind === "none";
  const which = isNew
    ? ["--no-track", "-b", name.branch, "--", folder, base.commit]
    : ["--", folder, name.branch];
  const added = await runGit(place, ["worktree", "add", "--no-checkout", ...which], {
    timeoutMs: ADD_TIMEOUT_MS,
    settings: tamed.settings,
    signal,
  });
  if (!added.ok) return failed(describeGitFailure("The worktree could not be made", place, added));
  const unfilled = await fillWorktree(place, { folder, name, newAt: isNew ? base.commit : null, signal });
  return unfilled === null ? await prepared(site, true) : failed(unfilled);
}

const UNTAMED: GitFailure = {
  message: "The repository's git configuration cannot be read, or names hundreds of filters.",
  hint: "See what `git config --list --show-origin` says.",
};

function makeFolders(root: string, worktree: string): Failed | null {
  try {
    prepareStateFolder(join(root, WORKTREES_FOLDER));
    mkdirSync(join(root, dirname(worktree)), { recursive: true, mode: PRIVATE_FOLDER_MODE });
    return null;
  } catch (error) {
    return failed({
      message: `The folder ${WORKTREES_FOLDER} cannot be used: ${describeFileError(error)}.`,
      hint: "Put that right, then try again.",
    });
  }
}

async function prepared(site: Site, created: boolean): Promise<Prepared> {
  const { worktree, branch } = site.name;
  const baseCommit = await partingPoint(site);
  return { kind: "prepared", worktree, folder: site.folder, branch, baseCommit, created };
}

/** Where the branch and its base part; the base itself where they have nothing in common. */
async function partingPoint({ place, name, base, signal }: Site): Promise<CommitSha> {
  const result = await runGit(place, ["merge-base", base.commit, `refs/heads/${name.branch}`], {
    timeoutMs: MERGE_BASE_TIMEOUT_MS,
    signal,
  });
  return result.ok ? (result.stdout.trim() as CommitSha) : base.commit;
}

function failed({ message, hint }: GitFailure): Failed {
  return { kind: "failed", message, hint };
}
