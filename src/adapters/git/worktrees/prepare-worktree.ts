// Makes a task's worktree and branch, or uses those that are there. Git makes the worktree empty first and fills it
// second, so that filters can be judged by the configuration as it is in that very worktree. Whatever ends in between
// leaves something that the next call recognises and throws away, because nobody has worked in it.

import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { CommitSha } from "../../../core/contract/commit-sha.ts";
import { quote } from "../../../core/text/quote.ts";
import { MINUTE_MS } from "../../../core/values/durations.ts";
import { WORKTREES_FOLDER } from "../../../core/worker/worktree-name.ts";
import type { Prepared } from "../../../ports/git/worktrees.ts";
import { describeFileError } from "../../file-system/file-error.ts";
import { look, readSmallFile } from "../../file-system/read-small-file.ts";
import { prepareStateFolder } from "../../file-system/state-folder.ts";
import { type GitPlace, runGit } from "../command/git-command.ts";
import { describeGitFailure, type GitFailure } from "../command/git-failure.ts";
import type { GitVersion } from "../command/git-version.ts";
import { neutraliseRepoConfig } from "../command/neutralise-repo-config.ts";
import { twinFolder } from "../facts/twin-folder.ts";
import { type Base, findBase } from "../facts/worktree-base.ts";
import { unreferencedCommits } from "../holdings/unreferenced-commits.ts";
import { type BranchPlan, planBranch } from "./existing-branch.ts";
import { dropBranch, fillWorktree } from "./fill-worktree.ts";
import { removeEmptyFolder } from "./linked-worktree.ts";
import { abandonLock, type LockTaking, lockFile, releaseLock, takeLock } from "./preparation-lock.ts";
import { preparedByAnother, type Survey, surveyGround } from "./survey-ground.ts";

/** Makes a few small files. */
const ADD_TIMEOUT_MS = 30_000;
/** Deletes the files of one that was never finished. */
const REMOVE_TIMEOUT_MS = MINUTE_MS;
/** Walks the history back to where the two part. */
const MERGE_BASE_TIMEOUT_MS = 30_000;
const PRIVATE_FOLDER_MODE = 0o700;

type Site = {
  readonly place: GitPlace;
  readonly name: { readonly worktree: string; readonly branch: string };
  readonly folder: string;
  readonly base: Base;
  readonly branch: Exclude<BranchPlan, { kind: "refused" }>;
  readonly signal: AbortSignal;
};

type Found = Extract<Survey, { kind: "clear" }>["worktree"];
type Failed = Extract<Prepared, { kind: "failed" }>;
/** `isLeft`: something is there that nobody worked in, and that could not be removed. */
type Making = { readonly result: Prepared; readonly isLeft: boolean };

export type Preparation = {
  /** What the configuration names, or null. */
  readonly base: string | null;
  /** A run of the task has worked on its branch before. */
  readonly isOwn: boolean;
  readonly version: GitVersion;
  readonly signal: AbortSignal;
};

/** Throws what the file system throws. */
export async function prepareWorktree(
  place: GitPlace,
  slug: string,
  preparation: Preparation,
): Promise<Prepared> {
  const rehearsed = await rehearse(place, slug, preparation);
  if (rehearsed.kind === "blocked") return failed(rehearsed);
  const { survey, site } = rehearsed;
  const isLocked = look(lockFile(site.folder)) !== null;
  if (survey.worktree.kind === "sane" && !isLocked) return await reuse(site, survey.worktree.own);
  const ground = { ...place, base: preparation.base };
  return (
    makeFolders(survey.root, survey.name.worktree) ??
    (await makeAlone(site, (lock) => surveyGround(ground, slug, lock)))
  );
}

type Rehearsed =
  | { readonly kind: "clear"; readonly survey: Extract<Survey, { kind: "clear" }>; readonly site: Site }
  | ({ readonly kind: "blocked" } & GitFailure);

/** Everything that is looked at before anything is made. `tasks doctor` asks the same. */
export async function rehearse(
  place: GitPlace,
  slug: string,
  { base: wanted, isOwn, version, signal }: Preparation,
): Promise<Rehearsed> {
  const survey = surveyGround({ ...place, base: wanted }, slug);
  if (survey.kind === "blocked") return survey;
  const tooOld = await version.flaw(signal);
  if (tooOld !== null) return { kind: "blocked", ...tooOld };
  const { name, worktree, root } = survey;
  const real = { ...place, root };
  const search = await findBase(real, wanted, signal);
  if (search.kind === "missing") return { ...search, kind: "blocked" };
  const { base } = search;
  // What git still lists was made for the task, whatever the store says.
  const isKnown = isOwn || worktree.kind !== "absent";
  const branch: BranchPlan =
    worktree.kind === "sane"
      ? { kind: "as_it_is" }
      : await planBranch(real, { ...name, base, isOwn: isKnown, signal });
  if (branch.kind === "refused") return { kind: "blocked", ...branch.failure };
  const site: Site = { place: real, name, folder: join(root, name.worktree), base, branch, signal };
  const lost = worktree.kind === "forgotten" ? await whatIsLost(site, worktree.own) : null;
  return lost === null ? { kind: "clear", survey, site } : { kind: "blocked", ...lost };
}

/** Its folder is gone, and its reflog goes with what is left of it. */
async function whatIsLost({ place, name, signal }: Site, own: string): Promise<GitFailure | null> {
  const left = await unreferencedCommits(place, { own, branch: name.branch }, signal);
  const [first] = left?.names ?? [];
  return first === undefined ? null : wouldLose(name.worktree, first);
}

/** Under the lock, everything is looked at once more: somebody else may have been quicker. */
async function makeAlone(site: Site, survey: (lock: LockTaking) => Survey): Promise<Prepared> {
  const file = lockFile(site.folder);
  const lock = takeLock(file);
  if (lock === "busy") return failed(preparedByAnother(site.name.worktree));
  let isLeft = lock === "taken_over";
  try {
    const now = survey(lock);
    if (now.kind === "blocked") return failed(now);
    const { worktree } = now;
    const making = worktree.kind === "sane" ? await use(site, worktree.own) : await makeAnew(site, worktree);
    isLeft = making.isLeft;
    return making.result;
  } finally {
    if (isLeft) abandonLock(file);
    else releaseLock(file);
  }
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
  return prepared(site, { baseCommit: await partingPoint(site), created: false });
}

async function use(site: Site, own: string): Promise<Making> {
  return { result: await reuse(site, own), isLeft: false };
}

async function makeAnew(site: Site, found: Found): Promise<Making> {
  const untidy = await tidyUp(site, found);
  if (untidy !== null) return { result: untidy, isLeft: found.kind === "unfinished" };
  const { place, name, folder, base, signal } = site;
  const branch = await makeBranch(site);
  if (branch.kind === "failed") return nothingMade(branch.failure);
  const isNew = branch.kind === "made";
  const failure = await add(site);
  if (failure !== null) {
    if (isNew) await dropBranch(place, name.branch, base.commit);
    return nothingMade(failure);
  }
  const filling = await fillWorktree(place, { folder, name, newAt: isNew ? base.commit : null, signal });
  if (filling.kind === "failed") return { result: failed(filling.failure), isLeft: filling.isLeft };
  // A branch that was just made at the base parts from it there.
  const baseCommit = isNew ? base.commit : await partingPoint(site);
  return { result: prepared(site, { baseCommit, created: true }), isLeft: false };
}

/** What is left of a worktree that was deleted by hand, or never finished. Null once it is gone. */
async function tidyUp(site: Site, found: Found): Promise<Failed | null> {
  const { place, folder, name } = site;
  if (found.kind === "absent" || found.kind === "sane") return null;
  if (found.kind === "forgotten") removeEmptyFolder(folder);
  const isNobodys = found.kind === "unfinished" || wasInterrupted(found.own);
  const force = isNobodys ? ["--force", "--force"] : [];
  const result = await runGit(place, ["worktree", "remove", ...force, "--", folder], {
    timeoutMs: REMOVE_TIMEOUT_MS,
  });
  if (result.ok) return null;
  return failed(describeGitFailure(`What is left of ${name.worktree} cannot be removed`, place, result));
}

function wouldLose(worktree: string, commit: string): GitFailure {
  const [hash = ""] = commit.split(" ");
  return {
    message: `What is left of ${worktree} is all that still knows a commit on no branch: ${quote(commit)}.`,
    hint: `Give it a branch, or run \`git worktree prune\` to lose it: git branch rescued-${hash} ${hash}`,
  };
}

/** Git locks a worktree while it makes it; one that somebody else locked is not ours to force. */
function wasInterrupted(own: string): boolean {
  return readSmallFile(join(own, "locked"))?.trim() === "initializing";
}

type Branching =
  | { readonly kind: "made" }
  /** By whomever, and wherever it is. */
  | { readonly kind: "there" }
  | { readonly kind: "failed"; readonly failure: GitFailure };

/** Apart from the worktree: a second try of `git worktree add -b` would meet the branch of the first one. */
async function makeBranch({ place, name, base, branch: plan, signal }: Site): Promise<Branching> {
  if (plan.kind === "as_it_is") return { kind: "there" };
  const onlyNew = "";
  const before = plan.kind === "forward" ? plan.from : onlyNew;
  const words = ["update-ref", "-m", "tasks: start", `refs/heads/${name.branch}`, base.commit, before];
  const result = await runGit(place, words, { timeoutMs: ADD_TIMEOUT_MS, signal });
  if (result.ok && plan.kind === "forward") return { kind: "there" };
  if (result.ok) return { kind: "made" };
  if (/: reference already exists/.test(result.stderr)) return { kind: "there" };
  return {
    kind: "failed",
    failure: describeGitFailure(`The branch ${name.branch} could not be made`, place, result),
  };
}

/** An empty worktree, on the branch. */
async function add({ place, name, folder, signal }: Site): Promise<GitFailure | null> {
  const config = await neutraliseRepoConfig(place, signal);
  if (config.kind === "failed") return config.failure;
  const result = await runGit(place, ["worktree", "add", "--no-checkout", "--", folder, name.branch], {
    timeoutMs: ADD_TIMEOUT_MS,
    settings: config.settings,
    signal,
  });
  return result.ok ? null : describeGitFailure("The worktree could not be made", place, result);
}

function nothingMade(failure: GitFailure): Making {
  return { result: failed(failure), isLeft: false };
}

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

function prepared(
  site: Site,
  { baseCommit, created }: { readonly baseCommit: CommitSha; readonly created: boolean },
): Prepared {
  const { worktree, branch } = site.name;
  const folder = twinFolder(site.place.root, site.folder);
  return { kind: "prepared", worktree, folder, branch, baseCommit, created };
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
