// Rebases a task's branch onto the base of its pull request, and pushes it. Everything that may fail comes before the
// first change: the rebase takes place in a scratch worktree, and the remote is asked whether it would take the result.
// Only then the task's worktree moves, in one step, and the push follows. A process that is killed before that step leaves
// nothing that counts; after it, a note (recover-rebase.ts) tells the next one what to do.

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
  findSite,
  headOf,
  openCheckout,
  runIn,
  type Site,
  whyInvalidNames,
  withLock,
} from "./rebase-checkout.ts";
import { rebaseCommits } from "./rebase-commits.ts";
import { CANCELLED, dirty, failed, gitFailed, manual, type Stopped } from "./rebase-outcome.ts";
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

/** A git that pushes goes on when its parent is killed; a connection that still works ends within this time. */
const PUSH_OUTLIVES_MS = 2 * MINUTE_MS;

/** Throws what the file system throws. */
export async function rebaseWorktree(place: GitPlace, request: RebaseRequest): Promise<Rebased> {
  const invalid = whyInvalidNames(request);
  if (invalid !== null) return invalid;
  const site = findSite(place, request.slug);
  if (site.kind !== "site") return site;
  return await withLock(site, () => rebaseLocked(site, request));
}

/** Before a worktree is used again: undoes a rebase that was killed before it was pushed, unless files were edited since. */
export async function undoInterruptedRebase(place: GitPlace, slug: string): Promise<void> {
  const site = findSite(place, slug);
  if (site.kind !== "site" || !isInterrupted(site)) return;
  await withLock(site, async () => {
    const note = readNote(site);
    if (note?.phase !== "moving") return;
    const checkout = await openCheckout(site, note);
    if (checkout.kind === "checkout") await recover(checkout, note, "from");
  });
}

function isInterrupted(site: Site): boolean {
  return readNote(site)?.phase === "moving" || look(site.scratch) !== null;
}

async function rebaseLocked(site: Site, request: RebaseRequest): Promise<Rebased> {
  if (request.signal.aborted) return CANCELLED;
  const checkout = await openCheckout(site, request);
  if (checkout.kind !== "checkout") return checkout;
  const note = readNote(site);
  const resumed = note === null ? null : await resume(checkout, note, request);
  if (resumed !== null) return resumed;
  const unready = await whyNotReady(checkout, request);
  if (unready !== null) return unready;
  const remote = await openRemote(checkout, request.headCommit, request);
  if (remote.kind !== "remote") return remote;
  const tips = await readTips(remote, request);
  if (tips.kind !== "tips") return tips;
  const different = whyDifferent(tips, request);
  if (different !== null) return different;
  if (tips.base !== null && (await isAncestor(remote.scratch, tips.base, request.headCommit)))
    return { kind: "up_to_date" };
  return await rebaseOntoBase(checkout, remote, request);
}

/** What a killed process left. Null when nothing is left to do, and the rebase may begin. */
async function resume(checkout: Checkout, note: RebaseNote, request: RebaseRequest): Promise<Rebased | null> {
  if (request.dryRun) return dirty("a rebase of it was interrupted, and the next one recovers it");
  if (note.phase === "moving") return await recover(checkout, note, "from");
  const remote = await openRemote(checkout, note.to, request);
  if (remote.kind !== "remote") return remote;
  const tips = await readTips(remote, request);
  if (tips.kind !== "tips") return tips;
  if (tips.branch === note.from && noteAgeMs(checkout) < PUSH_OUTLIVES_MS)
    return failed("git", "a push of it may still be in progress");
  if (tips.branch !== note.to) return await recover(checkout, note, "from");
  return (await recover(checkout, note, "to")) ?? (await finish(checkout, remote, note));
}

async function recover(checkout: Checkout, note: RebaseNote, which: "from" | "to"): Promise<Stopped | null> {
  const stopped = await recoverRebase(checkout, note, which);
  if (stopped === null) deleteNote(checkout);
  return stopped;
}

/** Null when the worktree has what the pull request has, and nothing else. */
async function whyNotReady(checkout: Checkout, { headCommit }: RebaseRequest): Promise<Stopped | null> {
  const files = await changedFiles(checkout);
  if ("kind" in files) return files;
  if (files.length > 0)
    return dirty(
      `its worktree has uncommitted changes in ${counted(files.length, "file")}`,
      files.map(({ path }) => path),
    );
  const head = await headOf(checkout);
  if (typeof head !== "string") return head;
  if (head === headCommit) return null;
  if (await isAncestor(checkout.place, headCommit, head))
    return manual("branch", "commits in its worktree are not pushed");
  if (await isAncestor(checkout.place, head, headCommit))
    return manual("branch", "the pull request has commits that its worktree does not have");
  return manual("branch", "its worktree and the pull request have diverged");
}

/** Null when the remote has what the pull request has. */
function whyDifferent(tips: Tips, { branch, base, headCommit }: RebaseRequest): Stopped | null {
  if (tips.branch === null) return manual("branch", `the remote has no branch ${quote(branch)}`);
  if (tips.branch !== headCommit) return manual("branch", "it was pushed to from elsewhere meanwhile");
  return tips.base === null ? manual("branch", `the remote has no branch ${quote(base)}`) : null;
}

async function rebaseOntoBase(
  checkout: Checkout,
  remote: Remote,
  { branch, base, headCommit, dryRun, signal }: RebaseRequest,
): Promise<Rebased> {
  const fetched = await fetchBase(remote, base);
  if (fetched.kind !== "fetched") return fetched;
  if (!dryRun) await noteTip(checkout, { remote: remote.name, branch: base, commit: fetched.commit });
  const committer = await readCommitter(checkout);
  if ("kind" in committer) return committer;
  const options = { base: fetched.commit, baseName: base, head: headCommit, committer };
  const rebased = await rebaseCommits(remote.scratch, options);
  if (rebased.kind !== "rebased_commits") return rebased;
  const move = { from: headCommit, to: rebased.head };
  const refused = await pushBranch(remote, branch, { ...move, dryRun: true });
  if (refused !== null) return refused;
  const result = { baseCommit: fetched.commit, commits: rebased.commits };
  if (dryRun) return { kind: "would_rebase", ...result };
  if (signal.aborted) return CANCELLED;
  return await moveAndPush(checkout, remote, { branch, ...move, ...result, phase: "moving" });
}

/** Who rebases: as git has it in the task's worktree, or as the environment says. */
async function readCommitter(checkout: Checkout): Promise<readonly GitSetting[] | Stopped> {
  const result = await runIn(checkout, ["var", "GIT_COMMITTER_IDENT"]);
  const [, name, email] = /^(.*) <(.*)> \d+ [+-]\d+$/.exec(result.stdout.trim()) ?? [];
  const { GIT_COMMITTER_NAME, GIT_COMMITTER_EMAIL } = checkout.place.env;
  const [by, at] = [GIT_COMMITTER_NAME || name, GIT_COMMITTER_EMAIL || email];
  if (by === undefined || at === undefined)
    return gitFailed("git does not know in whose name to commit (user.name, user.email)", result);
  return [
    ["committer.name", by],
    ["committer.email", at],
  ];
}

async function moveAndPush(checkout: Checkout, remote: Remote, note: RebaseNote): Promise<Rebased> {
  writeNote(checkout, note);
  const blocked = await moveCheckout(checkout, note);
  if (blocked !== null) return alsoStopped(blocked, await recover(checkout, note, "from"));
  const pushing: RebaseNote = { ...note, phase: "pushing" };
  writeNote(checkout, pushing);
  const refused = await pushBranch(remote, note.branch, { ...note, dryRun: false });
  if (refused === null) return await finish(checkout, remote, note);
  return await afterFailedPush(checkout, remote, pushing, refused);
}

/** A connection may break after the remote has taken the push. Where that cannot be found out, the note stays. */
async function afterFailedPush(
  checkout: Checkout,
  remote: Remote,
  note: RebaseNote,
  refused: Stopped,
): Promise<Rebased> {
  const tips = refused.kind === "manual" ? null : await readTips(remote, { ...note, base: note.branch });
  if (tips?.kind === "tips" && tips.branch === note.to) return await finish(checkout, remote, note);
  const isCertain = tips === null || tips.kind === "tips";
  const back = isCertain
    ? await recover(checkout, note, "from")
    : await recoverRebase(checkout, note, "from");
  return alsoStopped(refused, back);
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

/** Both fail when someone works in the worktree meanwhile. That it has to be tried again counts more. */
function alsoStopped(first: Stopped, then: Stopped | null): Stopped {
  if (then === null || !("why" in first) || !("why" in then)) return first;
  return { ...then, why: `${first.why}; and it could not be undone yet: ${then.why}` };
}
