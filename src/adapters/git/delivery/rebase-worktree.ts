// Rebases a task's branch onto the base of its pull request, and pushes it. Everything that may fail comes before the
// first change: the rebase takes place in a scratch worktree, and the remote is asked whether it would take the result.
// Only then the task's worktree moves, in one step, and the push follows. A process that is killed before that step leaves
// nothing that counts; after it, a note (recover-rebase.ts) tells the next one what to do.

import type { CommitSha } from "../../../core/contract/commit-sha.ts";
import { counted } from "../../../core/text/counted.ts";
import { quote } from "../../../core/text/quote.ts";
import { MINUTE_MS } from "../../../core/values/durations.ts";
import type { Rebased, RebaseRequest } from "../../../ports/git/worktrees.ts";
import { look } from "../../file-system/read-small-file.ts";
import type { GitPlace } from "../command/git-command.ts";
import type { GitSetting } from "../command/git-hardening.ts";
import { isAncestor } from "../facts/worktree-base.ts";
import { moveCheckout } from "./move-checkout.ts";
import {
  type Checkout,
  changedFiles,
  checkNames,
  findSite,
  headOf,
  openCheckout,
  runIn,
  type Site,
  withLock,
} from "./rebase-checkout.ts";
import { rebaseCommits } from "./rebase-commits.ts";
import { cancelled, dirty, failed, gitFailed, manual, Stopped } from "./rebase-outcome.ts";
import {
  deleteNote,
  noteAgeMs,
  type RebaseNote,
  readNote,
  recoverRebase,
  writeNote,
} from "./recover-rebase.ts";
import { fetchBase, noteTip, pushBranch, readTips, type Tips } from "./remote-branch.ts";
import { openRemote, type Remote } from "./remote-command.ts";

/** A git that pushes outlives its parent; a connection that still works ends within this time. */
const PUSH_OUTLIVES_MS = 2 * MINUTE_MS;

/** Throws what the file system throws. */
export async function rebaseWorktree(place: GitPlace, request: RebaseRequest): Promise<Rebased> {
  try {
    checkNames(request);
    const site = findSite(place, request.slug);
    return await withLock(site, () => rebaseLocked(site, request));
  } catch (error) {
    if (error instanceof Stopped) return error.outcome;
    throw error;
  }
}

/** Before a worktree is used again: undoes a rebase that was killed before it was pushed, unless files were edited since. */
export async function undoInterruptedRebase(place: GitPlace, slug: string): Promise<void> {
  try {
    const site = findSite(place, slug);
    const note = () => readNote(site);
    if (note()?.phase !== "moving" && look(site.scratch) === null) return;
    await withLock(site, async () => {
      const left = note();
      if (left?.phase === "moving") await recover(await openCheckout(site, left), left, "from");
    });
  } catch (error) {
    // What cannot be undone stays: the preparation says what is wrong with the worktree, if anything is.
    if (!(error instanceof Stopped)) throw error;
  }
}

async function rebaseLocked(site: Site, request: RebaseRequest): Promise<Rebased> {
  const { branch, base, headCommit, dryRun, signal } = request;
  if (signal.aborted) throw cancelled();
  const checkout = await openCheckout(site, request);
  const note = readNote(site);
  const finished = note === null ? null : await resume(checkout, note, request);
  if (finished !== null) return finished;
  await checkWorktree(checkout, headCommit);
  const remote = await openRemote(checkout, headCommit, request);
  const tips = await readTips(remote, request);
  checkTips(tips, request);
  if (tips.base !== null && (await isAncestor(remote.scratch, tips.base, headCommit)))
    return { kind: "up_to_date" };
  const baseCommit = await fetchBase(remote, base);
  if (!dryRun) await noteTip(checkout, { remote: remote.name, branch: base, commit: baseCommit });
  const committer = await readCommitter(checkout);
  const options = { base: baseCommit, baseName: base, head: headCommit, committer };
  const { head, commits } = await rebaseCommits(remote.scratch, options);
  const move = { from: headCommit, to: head };
  await pushBranch(remote, branch, { ...move, dryRun: true });
  if (dryRun) return { kind: "would_rebase", baseCommit, commits };
  if (signal.aborted) throw cancelled();
  return await moveAndPush(checkout, remote, { branch, ...move, baseCommit, commits, phase: "moving" });
}

/** What a killed process left. Null when nothing is left to do, and the rebase may begin. */
async function resume(checkout: Checkout, note: RebaseNote, request: RebaseRequest): Promise<Rebased | null> {
  if (request.dryRun) throw dirty("a rebase of it was interrupted, and the next one recovers it");
  if (note.phase === "pushing") {
    const remote = await openRemote(checkout, note.to, request);
    const tips = await readTips(remote, request);
    if (tips.branch === note.from && noteAgeMs(checkout) < PUSH_OUTLIVES_MS)
      throw failed("git", "a push of it may still be in progress");
    if (tips.branch === note.to) {
      await recover(checkout, note, "to");
      return await finish(checkout, remote, note);
    }
  }
  await recover(checkout, note, "from");
  return null;
}

async function recover(checkout: Checkout, note: RebaseNote, which: "from" | "to"): Promise<void> {
  await recoverRebase(checkout, note, which);
  deleteNote(checkout);
}

/** It has to have what the pull request has, and nothing else. */
async function checkWorktree(checkout: Checkout, headCommit: CommitSha): Promise<void> {
  const files = (await changedFiles(checkout)).map(({ path }) => path);
  if (files.length > 0)
    throw dirty(`its worktree has uncommitted changes in ${counted(files.length, "file")}`, files);
  const head = await headOf(checkout);
  if (head === headCommit) return;
  if (await isAncestor(checkout.place, headCommit, head))
    throw manual("branch", "commits in its worktree are not pushed");
  if (await isAncestor(checkout.place, head, headCommit))
    throw manual("branch", "the pull request has commits that its worktree does not have");
  throw manual("branch", "its worktree and the pull request have diverged");
}

/** The remote has to have what the pull request has. */
function checkTips(tips: Tips, { branch, base, headCommit }: RebaseRequest): void {
  if (tips.branch === null) throw manual("branch", `the remote has no branch ${quote(branch)}`);
  if (tips.branch !== headCommit) throw manual("branch", "it was pushed to from elsewhere meanwhile");
  if (tips.base === null) throw manual("branch", `the remote has no branch ${quote(base)}`);
}

/** Who rebases: as git has it in the task's worktree, or as the environment says. */
async function readCommitter(checkout: Checkout): Promise<readonly GitSetting[]> {
  const result = await runIn(checkout, ["var", "GIT_COMMITTER_IDENT"]);
  const [, name, email] = /^(.*) <(.*)> \d+ [+-]\d+$/.exec(result.stdout.trim()) ?? [];
  const { GIT_COMMITTER_NAME, GIT_COMMITTER_EMAIL } = checkout.place.env;
  const [by, at] = [GIT_COMMITTER_NAME || name, GIT_COMMITTER_EMAIL || email];
  if (by === undefined || at === undefined)
    throw gitFailed("git does not know in whose name to commit (user.name, user.email)", result);
  return [
    ["committer.name", by],
    ["committer.email", at],
  ];
}

async function moveAndPush(checkout: Checkout, remote: Remote, note: RebaseNote): Promise<Rebased> {
  writeNote(checkout, note);
  try {
    await moveCheckout(checkout, note);
  } catch (error) {
    return await undo(checkout, note, error);
  }
  const pushing: RebaseNote = { ...note, phase: "pushing" };
  writeNote(checkout, pushing);
  try {
    await pushBranch(remote, note.branch, { ...note, dryRun: false });
  } catch (error) {
    const isThere = await isPushed(remote, note, error);
    if (isThere !== true) return await undo(checkout, pushing, error, { keepsNote: isThere === null });
  }
  return await finish(checkout, remote, note);
}

/** A connection may break after the remote has accepted the push. Null: the remote cannot be asked. */
async function isPushed(remote: Remote, { branch, to }: RebaseNote, error: unknown): Promise<boolean | null> {
  if (error instanceof Stopped && error.outcome.kind === "manual") return false;
  try {
    return (await readTips(remote, { branch, base: branch })).branch === to;
  } catch (unknown) {
    if (unknown instanceof Stopped) return null;
    throw unknown;
  }
}

/** Both may fail when someone works in the worktree meanwhile. */
async function undo(
  checkout: Checkout,
  note: RebaseNote,
  error: unknown,
  { keepsNote = false } = {},
): Promise<never> {
  if (!(error instanceof Stopped)) throw error;
  try {
    await recoverRebase(checkout, note, "from");
  } catch (then) {
    if (!(then instanceof Stopped)) throw then;
    const why = `${error.outcome.why}; and it could not be undone yet: ${then.outcome.why}`;
    throw new Stopped({ ...then.outcome, why });
  }
  if (!keepsNote) deleteNote(checkout);
  throw error;
}

async function finish(
  checkout: Checkout,
  remote: Remote,
  { branch, to, baseCommit, commits }: RebaseNote,
): Promise<Rebased> {
  deleteNote(checkout);
  await noteTip(checkout, { remote: remote.name, branch, commit: to });
  return { kind: "rebased", headCommit: to, baseCommit, commits };
}
