// `tasks worktrees`: the worktrees of tasks, whose they are and which may go; `prune` removes those.

import {
  type ListedWorktree,
  listWorktrees,
  type Pruned,
  pruneWorktrees,
} from "../../../app/runs/recovery/list-worktrees.ts";
import { UserError } from "../../../core/contract/user-error.ts";
import { quote } from "../../../core/text/quote.ts";
import { describeOnlyHere, ONLY_HERE } from "../../../core/worker/judge-worktree.ts";
import type { CommandContext } from "../../contract/command.ts";
import { readLimit } from "../../contract/read-limit.ts";
import { alignColumns } from "../../print/columns.ts";
import { fileSize } from "../../print/file-size.ts";
import { withProgress } from "../../print/progress.ts";
import { jsonText, terminalText } from "../../print/terminal-text.ts";
import { type OpenedRuns, withRuns } from "../../repository/open-runs.ts";

/** What an agent reads in one go, and a person in two screens (P14). */
const DEFAULT_LIMIT = 50;

export async function worktrees(command: CommandContext): Promise<void> {
  const { argument, flags } = command;
  const limit = readLimit(flags, DEFAULT_LIMIT);
  if (argument !== null && argument !== "prune") throw unknownVerb(argument);
  const misplaced = ["dry-run", "discard"].find((flag) => flags[flag] === true);
  if (argument === null && misplaced !== undefined) throw belongsToPrune(`--${misplaced}`);
  await withRuns(command, (opened) => (argument === "prune" ? prune(opened) : list(opened, limit)));
}

async function list({ runs, output, flags, signal }: OpenedRuns, limit: number): Promise<void> {
  const found = await withProgress(output, "Looking at worktrees", () =>
    listWorktrees(runs, { measure: true, signal }),
  );
  const shown = found.slice(0, limit);
  if (flags["format"] === "json") {
    const records = shown.map(worktreeRecord);
    output.result(jsonText({ total: found.length, shown: shown.length, worktrees: records }));
  } else {
    for (const line of alignColumns(shown.map(worktreeCells), output.resultColumns)) output.result(line);
    if (found.length === 0) output.result("No worktrees.");
  }
  if (shown.length < found.length)
    output.note(`${shown.length} of ${found.length} are shown; --limit ${found.length} shows all.`);
}

function worktreeRecord(listed: ListedWorktree) {
  const { slug, worktree, branch, head, owner, changedFiles, commits, sizeBytes, run } = listed;
  return {
    task: slug,
    worktree,
    branch,
    head,
    owner,
    changed_files: changedFiles,
    commits,
    merged: isMerged(listed),
    size_bytes: sizeBytes,
    processes: listed.processes.map(({ pid, name }) => ({ pid, name })),
    run: run?.id ?? null,
    run_state: run?.state ?? null,
    only_here: listed.onlyHere,
    safe_to_remove: listed.staysBecause === null,
    stays_because: listed.staysBecause,
  };
}

function worktreeCells(listed: ListedWorktree): string[] {
  const { slug, owner, sizeBytes, changedFiles, staysBecause } = listed;
  const dirty = changedFiles === null ? "?" : changedFiles === 0 ? "clean" : `${changedFiles} changed`;
  return [
    slug,
    owner ?? "–",
    sizeBytes === null ? "?" : fileSize(sizeBytes),
    dirty,
    describeMerge(listed),
    staysBecause === null ? "safe to remove" : `stays: ${staysBecause}`,
  ].map(terminalText);
}

/** A branch without a commit is in the base, and was never merged. */
function isMerged({ merged, delivered, hasCommits }: ListedWorktree): boolean | null {
  if (hasCommits === false) return false;
  return delivered !== null || merged;
}

function describeMerge(listed: ListedWorktree): string {
  if (listed.hasCommits === false) return "no commits";
  const merged = isMerged(listed);
  if (merged === null) return "?";
  if (!merged) return "not merged";
  if (listed.hasCommits === null) return "all in the base";
  return listed.mergedInAnotherForm ? "merged, squashed or rebased" : "merged";
}

async function prune({ runs, output, flags, signal }: OpenedRuns): Promise<void> {
  const dryRun = flags["dry-run"] === true;
  const discard = flags["discard"] === true;
  const pruned = await withProgress(output, "Removing worktrees", () =>
    pruneWorktrees(runs, { dryRun, discard, signal }),
  );
  if (flags["format"] === "json") {
    const records = pruned.map(({ slug, kind, why, discarded }) => ({ task: slug, kind, why, discarded }));
    output.result(jsonText({ dry_run: dryRun, worktrees: records }));
    return;
  }
  for (const one of pruned) output.result(terminalText(describePruned(one)));
  if (pruned.length === 0) output.result("No worktrees.");
  if (!discard && pruned.some(({ why }) => why?.startsWith(ONLY_HERE) === true))
    output.note(
      "What exists nowhere else stays. Save it, or name the folders that can be made again in worktree.disposable; `tasks worktrees prune --discard` removes it for good.",
    );
}

function describePruned({ slug, kind, why, discarded }: Pruned): string {
  const lost = discarded.length === 0 ? "" : `, with ${describeOnlyHere(discarded)}`;
  return `${slug}: ${WORDS[kind]}${why === null ? lost : `: ${why}`}`;
}

const WORDS = { removed: "removed", would_remove: "would be removed", kept: "stays" } as const;

function unknownVerb(typed: string): UserError {
  return new UserError({
    code: "usage",
    message: `\`tasks worktrees\` does not know ${quote(typed)}.`,
    hint: "`tasks worktrees` lists them, `tasks worktrees prune` removes those that are safe to remove.",
  });
}

function belongsToPrune(flag: string): UserError {
  return new UserError({
    code: "usage",
    message: `${flag} belongs to \`tasks worktrees prune\`; a list changes nothing.`,
    hint: `tasks worktrees prune ${flag}`,
  });
}
