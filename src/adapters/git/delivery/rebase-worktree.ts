// Rebases a task's branch onto the base of its pull request, and pushes it. Everything that may fail comes before the
// first change: the new commits are made apart, from objects alone, and the remote is asked whether it would take them.
// Only then the worktree moves, in one step, and the push follows. A process that is killed before that step leaves
// nothing that counts; after it, a note (rebase-note.ts) tells the next one what to do.

import type { Rebased, RebaseRequest } from "../../../ports/git/worktrees.ts";
import type { GitPlace } from "../command/git-command.ts";
import { returnRepository } from "./borrowed-repository.ts";
import { moveBranch } from "./move-branch.ts";
import { committerOf, isUpToDate, whyNotReady, whyParted } from "./rebase-conditions.ts";
import { type Connection, connect } from "./rebase-connection.ts";
import { forgetNote, noteAgeMs, type RebaseNote, readNote, writeNote } from "./rebase-note.ts";
import { dirty, failed, type Stopped } from "./rebase-outcome.ts";
import { aloneAt, type Checkout, findSite, openCheckout, type Site, whyUnnameable } from "./rebase-site.ts";
import { fetchBase, noteTip, pushBranch, readTips } from "./remote-branch.ts";
import { replayCommits } from "./replay-commits.ts";
import { settleRebase } from "./settle-rebase.ts";

/** A git that pushes goes on when whoever started it is killed; a connection that still works ends within this time. */
const PUSH_OUTLIVES_MS = 2 * 60_000;

/** Throws what the file system throws. */
export async function rebaseWorktree(place: GitPlace, request: RebaseRequest): Promise<Rebased> {
  const flaw = whyUnnameable(request);
  if (flaw !== null) return flaw;
  const site = findSite(place, request.slug);
  if (site.kind !== "site") return site;
  return await aloneAt(site, async () => {
    try {
      return await rebaseAlone(site, request);
    } finally {
      returnRepository(site);
    }
  });
}

/** Before a worktree is used again: what was cut off before it was pushed is taken back, as far as nobody worked on it. */
export async function takeBackRebase(place: GitPlace, slug: string, signal: AbortSignal): Promise<void> {
  const site = findSite(place, slug);
  if (site.kind !== "site" || readNote(site.own)?.phase !== "moving") return;
  await aloneAt(site, async () => {
    const note = readNote(site.own);
    if (note?.phase !== "moving") return;
    const checkout = await openCheckout(site, { branch: note.branch, signal });
    if (checkout.kind === "checkout") await settle(checkout, note, "from");
    returnRepository(site);
  });
}

async function rebaseAlone(site: Site, request: RebaseRequest): Promise<Rebased> {
  const checkout = await openCheckout(site, request);
  if (checkout.kind !== "checkout") return checkout;
  const left = readNote(site.own);
  const resumed = left === null ? null : await resume(checkout, left, request);
  if (resumed !== null) return resumed;
  const unready = await whyNotReady(checkout, request);
  if (unready !== null) return unready;
  const connection = await connect(checkout, request.headCommit, request);
  if (connection.kind !== "connection") return connection;
  const tips = await readTips(connection.remote, request);
  if (tips.kind !== "tips") return tips;
  const parted = whyParted(tips, request);
  if (parted !== null) return parted;
  if (await isUpToDate(connection.borrowed, tips, request)) return { kind: "up_to_date" };
  return await rebaseOntoBase(checkout, connection, request);
}

/** What a process that was killed left behind. Null when it is settled, and the rebase may begin. */
async function resume(checkout: Checkout, note: RebaseNote, request: RebaseRequest): Promise<Rebased | null> {
  if (request.dryRun) return dirty("a rebase of it was cut off, which the next one settles", []);
  if (note.phase === "moving") return await settle(checkout, note, "from");
  const connection = await connect(checkout, note.to, request);
  if (connection.kind !== "connection") return connection;
  const tips = await readTips(connection.remote, request);
  if (tips.kind !== "tips") return tips;
  if (tips.branch === note.from && noteAgeMs(checkout.own) < PUSH_OUTLIVES_MS)
    return failed("git", "a push of it may still be under way");
  if (tips.branch !== note.to) return await settle(checkout, note, "from");
  return (await settle(checkout, note, "to")) ?? (await finish(checkout, connection, note));
}

async function settle(checkout: Checkout, note: RebaseNote, which: "from" | "to"): Promise<Stopped | null> {
  const unsettled = await settleRebase(checkout, note, which);
  if (unsettled === null) forgetNote(checkout.own);
  return unsettled;
}

async function rebaseOntoBase(
  checkout: Checkout,
  connection: Connection,
  request: RebaseRequest,
): Promise<Rebased> {
  const { borrowed, remote } = connection;
  const { branch, base, headCommit, dryRun, signal } = request;
  const fetched = await fetchBase(remote, borrowed, request);
  if (fetched.kind !== "fetched") return fetched;
  if (!dryRun) await noteTip(checkout, { remote: connection.name, branch: base, commit: fetched.commit });
  const committer = await committerOf(checkout, signal);
  if (committer.kind !== "committer") return committer;
  const replayed = await replayCommits(borrowed, {
    base: fetched.commit,
    baseName: base,
    head: headCommit,
    committer: committer.line,
    signal,
  });
  if (replayed.kind !== "replayed") return replayed;
  const move = { from: headCommit, to: replayed.head };
  const refused = await pushBranch(remote, branch, { ...move, dryRun: true });
  if (refused !== null) return refused;
  const told = { baseCommit: fetched.commit, commits: replayed.commits };
  if (dryRun) return { kind: "would_rebase", ...told };
  if (signal.aborted) return failed("git", "it was called off");
  return await moveAndPush(checkout, connection, { branch, ...move, ...told, phase: "moving" });
}

async function moveAndPush(checkout: Checkout, connection: Connection, note: RebaseNote): Promise<Rebased> {
  writeNote(checkout.own, note);
  const stuck = await moveBranch(checkout, note);
  if (stuck !== null) return alsoStuck(stuck, await settle(checkout, note, "from"));
  const pushing: RebaseNote = { ...note, phase: "pushing" };
  writeNote(checkout.own, pushing);
  const refused = await pushBranch(connection.remote, note.branch, { ...note, dryRun: false });
  if (refused === null) return await finish(checkout, connection, note);
  return await afterFailedPush(checkout, connection, pushing, refused);
}

/** A connection may break after the remote has taken it; where that cannot be told, the note stays. */
async function afterFailedPush(
  checkout: Checkout,
  connection: Connection,
  note: RebaseNote,
  refused: Stopped,
): Promise<Rebased> {
  const tips =
    refused.kind === "manual" ? null : await readTips(connection.remote, { ...note, base: note.branch });
  if (tips?.kind === "tips" && tips.branch === note.to) return await finish(checkout, connection, note);
  const isCertain = tips === null || tips.kind === "tips";
  const back = isCertain ? await settle(checkout, note, "from") : await settleRebase(checkout, note, "from");
  return alsoStuck(refused, back);
}

async function finish(
  checkout: Checkout,
  { name }: Pick<Connection, "name">,
  { branch, to, baseCommit, commits }: RebaseNote,
): Promise<Rebased> {
  forgetNote(checkout.own);
  await noteTip(checkout, { remote: name, branch, commit: to });
  return { kind: "rebased", headCommit: to, baseCommit, commits };
}

/** Both go wrong when somebody works in the worktree meanwhile. That it has to be tried again counts more. */
function alsoStuck(first: Stopped, then: Stopped | null): Stopped {
  if (then === null || !("why" in first) || !("why" in then)) return first;
  return { ...then, why: `${first.why}; and it could not be put back yet: ${then.why}` };
}
