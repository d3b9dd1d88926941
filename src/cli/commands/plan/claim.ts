import { stat } from "node:fs/promises";
import { relative, resolve, sep } from "node:path";
import { claimTask } from "../../../app/runs/worker/claim-task.ts";
import { quote } from "../../../core/text/quote.ts";
import { actorOf } from "../../contract/actor.ts";
import type { Command, RepositoryContext } from "../../contract/command.ts";
import { accepted, usage } from "../../contract/errors.ts";
import { textFlag } from "../../contract/flag-values.ts";
import { AS, FORMAT, flag, NOTE, REPO, TASK_ARGUMENT } from "../../contract/flags.ts";
import { printResult } from "../../contract/print-result.ts";
import { runRecord } from "../../print/run-record.ts";
import { awaitRunner } from "../../repository/await-runner.ts";
import { resolveTask } from "../../repository/find-task.ts";
import { type FreshRuns, withFreshRuns } from "../../repository/open-runs.ts";

export const command: Command = {
  insideRun: "recorded",
  arguments: [TASK_ARGUMENT],
  description:
    "For a person, or an agent that was started outside this tool: still one claim per task, shown as by hand, never ended or retried from here.",
  flags: [REPO, AS, NOTE, flag("--worktree <folder>", "where you work on it"), FORMAT],
  examples: [{ line: "tasks claim fix-ci --worktree ../fix-ci", does: "progress is seen there" }],
  run: (context) => withFreshRuns(context, claim),
};

async function claim(opened: FreshRuns): Promise<void> {
  const { runs, flags, argument, loaded } = opened;
  const row = await resolveTask(runs.store, argument ?? "");
  const worktree = await readWorktree(opened);
  const request = { by: actorOf(opened), note: textFlag(flags, "note"), worktree };
  const { run } = accepted(await claimTask(runs, row, request));
  await awaitRunner(opened, runs.store);
  printResult(opened, { run: runRecord(run, loaded) }, `${row.key}: claimed by ${request.by}`);
}

/** Relative to the repository for a folder inside it, else absolute. Throws UserError `usage` when it is no folder. */
export async function readWorktree({
  flags,
  system,
  root,
}: Pick<RepositoryContext, "flags" | "system" | "root">): Promise<string | null> {
  const typed = textFlag(flags, "worktree");
  if (typed === null) return null;
  const folder = resolve(system.typedIn, typed);
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder)
    throw usage(
      `--worktree is ${quote(typed)}, which is not a folder.`,
      "Create it first, for example with `git worktree add`.",
    );
  const inside = relative(root, folder);
  const isInside = inside !== "" && !inside.startsWith("..") && resolve(root, inside) === folder;
  return isInside ? inside.split(sep).join("/") : folder;
}
