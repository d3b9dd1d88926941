import {
  type ListedWorktree,
  listWorktrees,
  type Pruned,
  pruneWorktrees,
} from "../../../app/runs/recovery/list-worktrees.ts";
import { fileSize } from "../../../core/text/file-size.ts";
import { quote } from "../../../core/text/quote.ts";
import { describeOnlyHere, ONLY_HERE } from "../../../core/worker/judge-worktree.ts";
import type { Command, CommandContext } from "../../contract/command.ts";
import { usage } from "../../contract/errors.ts";
import { readLimit } from "../../contract/flag-values.ts";
import { FORMAT, flag, LIMIT, REPO } from "../../contract/flags.ts";
import { asJson, noteCut, printLines } from "../../contract/print-result.ts";
import { alignColumns } from "../../print/columns.ts";
import { withProgress } from "../../print/progress.ts";
import { terminalBlock, terminalText } from "../../print/terminal-text.ts";
import { type OpenedRuns, withRuns } from "../../repository/open-runs.ts";

export const command: Command = {
  insideRun: ({ arguments: words, flags }) =>
    words.length === 0 || flags["dry-run"] === true ? "allowed" : "refused",
  arguments: [{ name: "prune", required: false, description: "remove those that are safe to remove" }],
  description:
    "Prints owner, size, changes and whether a worktree is safe to remove, and why not. `prune` removes those whose run is closed and whose work is all in the base, also squashed or rebased; never uncommitted or unmerged work. What exists nowhere else stays and is named: files that git ignores, except below the folders of worktree.disposable, commits on no branch, and what only a submodule has.",
  flags: [
    REPO,
    flag("--dry-run", "with prune: only show which would be removed"),
    flag(
      "--discard",
      "with prune: also remove what exists nowhere else, except changes and commits of a branch",
    ),
    LIMIT,
    FORMAT,
  ],
  examples: [
    { line: "tasks worktrees", does: "list them" },
    { line: "tasks worktrees prune --dry-run", does: "which could be removed" },
  ],
  run: worktrees,
};

async function worktrees(context: CommandContext): Promise<void> {
  const { argument, flags } = context;
  const limit = readLimit(flags);
  if (argument !== null && argument !== "prune")
    throw usage(
      `\`tasks worktrees\` does not know ${quote(argument)}.`,
      "`tasks worktrees` lists them, `tasks worktrees prune` removes those that are safe to remove.",
    );
  const misplaced = ["dry-run", "discard"].find((flag) => flags[flag] === true);
  if (argument === null && misplaced !== undefined)
    throw usage(
      `--${misplaced} belongs to \`tasks worktrees prune\`; a list changes nothing.`,
      `tasks worktrees prune --${misplaced}`,
    );
  await withRuns(context, (opened) => (argument === "prune" ? prune(opened) : list(opened, limit)));
}

async function list(opened: OpenedRuns, limit: number): Promise<void> {
  const { runs, output, signal } = opened;
  const found = await withProgress(output, "Looking at worktrees", () =>
    listWorktrees(runs, { measure: true, signal }),
  );
  const shown = found.slice(0, limit);
  const counts = { total: found.length, shown: shown.length };
  const lines = alignColumns(shown.map(worktreeCells), output.resultColumns);
  const sizeBytes = found.reduce((sum, worktree) => sum + (worktree.sizeBytes ?? 0), 0);
  const total = found.length > 1 ? [`${fileSize(sizeBytes)} in all`] : [];
  const record = { ...counts, size_bytes: sizeBytes, worktrees: shown.map(worktreeRecord) };
  printLines(opened, record, [...lines, ...total], "No worktrees.");
  noteCut(opened, counts);
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

async function prune(opened: OpenedRuns): Promise<void> {
  const { runs, output, flags, signal } = opened;
  const dryRun = flags["dry-run"] === true;
  const discard = flags["discard"] === true;
  const pruned = await withProgress(output, "Removing worktrees", () =>
    pruneWorktrees(runs, { dryRun, discard, signal }),
  );
  const records = pruned.map(({ slug, kind, why, discarded }) => ({ task: slug, kind, why, discarded }));
  const sentences = pruned.length === 0 ? ["No worktrees."] : pruned.map(describePruned);
  // A hook that failed says the end of its output, in lines.
  printLines(opened, { dry_run: dryRun, worktrees: records }, sentences.map(terminalBlock));
  const isKept = !discard && pruned.some(({ why }) => why?.startsWith(ONLY_HERE) === true);
  if (isKept && !asJson(opened))
    output.note(
      "What exists nowhere else stays. Save it, or list folders that can be rebuilt in worktree.disposable; `tasks worktrees prune --discard` removes it for good.",
    );
}

function describePruned({ slug, kind, why, discarded }: Pruned): string {
  const lost = discarded.length === 0 ? "" : `, with ${describeOnlyHere(discarded)}`;
  return `${slug}: ${WORDS[kind]}${why === null ? lost : `: ${why}`}`;
}

const WORDS = { removed: "removed", would_remove: "would be removed", kept: "stays" } as const;
