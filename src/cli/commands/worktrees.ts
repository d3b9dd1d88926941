// `tasks worktrees`: the worktrees of tasks, whose they are and which may go; `prune` removes those.

import { type ListedWorktree, listWorktrees, pruneWorktrees } from "../../app/runs/list-worktrees.ts";
import { UserError } from "../../core/errors.ts";
import { quote } from "../../core/quote.ts";
import type { CommandContext } from "../command.ts";
import { alignColumns } from "../print/columns.ts";
import { withProgress } from "../print/progress.ts";
import { fileSize } from "../print/run-size.ts";
import { jsonText, terminalText } from "../print/terminal-text.ts";
import { readLimit } from "../read-limit.ts";
import { type OpenedRuns, withRuns } from "../run-world.ts";

/** What an agent reads in one go, and a person in two screens (P14). */
const DEFAULT_LIMIT = 50;

export async function worktrees(command: CommandContext): Promise<void> {
  const { argument, flags } = command;
  const limit = readLimit(flags, DEFAULT_LIMIT);
  if (argument !== null && argument !== "prune") throw unknownVerb(argument);
  if (argument === null && flags["dry-run"] === true) throw dryWhat();
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
  const { slug, worktree, branch, head, owner, changedFiles, commits, merged, sizeBytes, run } = listed;
  return {
    task: slug,
    worktree,
    branch,
    head,
    owner,
    changed_files: changedFiles,
    commits,
    merged,
    size_bytes: sizeBytes,
    processes: listed.processes.map(({ pid, name }) => ({ pid, name })),
    run: run?.id ?? null,
    run_state: run?.state ?? null,
    safe_to_remove: listed.staysBecause === null,
    stays_because: listed.staysBecause,
  };
}

function worktreeCells(listed: ListedWorktree): string[] {
  const { slug, owner, sizeBytes, changedFiles, merged, staysBecause } = listed;
  const dirty = changedFiles === null ? "?" : changedFiles === 0 ? "clean" : `${changedFiles} changed`;
  return [
    slug,
    owner ?? "–",
    sizeBytes === null ? "?" : fileSize(sizeBytes),
    dirty,
    merged === null ? "?" : merged ? "merged" : "not merged",
    staysBecause === null ? "safe to remove" : `stays: ${staysBecause}`,
  ].map(terminalText);
}

async function prune({ runs, output, flags, signal }: OpenedRuns): Promise<void> {
  const dryRun = flags["dry-run"] === true;
  const pruned = await withProgress(output, "Removing worktrees", () =>
    pruneWorktrees(runs, { dryRun, signal }),
  );
  if (flags["format"] === "json") {
    const records = pruned.map(({ slug, kind, why }) => ({ task: slug, kind, why }));
    output.result(jsonText({ dry_run: dryRun, worktrees: records }));
    return;
  }
  for (const { slug, kind, why } of pruned)
    output.result(terminalText(`${slug}: ${WORDS[kind]}${why === null ? "" : `: ${why}`}`));
  if (pruned.length === 0) output.result("No worktrees.");
}

const WORDS = { removed: "removed", would_remove: "would be removed", kept: "stays" } as const;

function unknownVerb(typed: string): UserError {
  return new UserError({
    code: "usage",
    message: `\`tasks worktrees\` does not know ${quote(typed)}.`,
    hint: "`tasks worktrees` lists them, `tasks worktrees prune` removes those that are safe to remove.",
  });
}

function dryWhat(): UserError {
  return new UserError({
    code: "usage",
    message: "--dry-run belongs to `tasks worktrees prune`; a list changes nothing.",
    hint: "tasks worktrees prune --dry-run",
  });
}
