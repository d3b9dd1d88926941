// `tasks claim`: somebody works on a task whom nobody here started.

import { stat } from "node:fs/promises";
import { relative, resolve, sep } from "node:path";
import { claimTask } from "../../../app/runs/worker/claim-task.ts";
import { UserError } from "../../../core/contract/user-error.ts";
import { quote } from "../../../core/text/quote.ts";
import { actorOf } from "../../contract/actor.ts";
import type { CommandContext, RepositoryContext } from "../../contract/command.ts";
import { textFlag } from "../../contract/flag-values.ts";
import { refused } from "../../contract/refused.ts";
import { runRecord } from "../../print/run-record.ts";
import { jsonText, terminalText } from "../../print/terminal-text.ts";
import { awaitRunner } from "../../repository/await-runner.ts";
import { withFreshRuns } from "../../repository/open-runs.ts";
import { resolveTask } from "../../repository/resolve-task.ts";

export async function claim(command: CommandContext): Promise<void> {
  await withFreshRuns(command, async (opened) => {
    const { runs, flags, output, argument, loaded } = opened;
    const row = await resolveTask(runs.store, argument ?? "");
    const worktree = await readWorktree(opened);
    const wish = { by: actorOf(opened), note: textFlag(flags, "note"), worktree };
    const claimed = await claimTask(runs, row, wish);
    if (claimed.kind === "refused") throw refused(claimed);
    await awaitRunner(opened, runs.store);
    if (flags["format"] === "json")
      output.result(jsonText({ run: runRecord(claimed.run, loaded.config.dispatch.attempts) }));
    else output.result(terminalText(`${row.key}: claimed by ${wish.by}`));
  });
}

/** Relative to the repository for one inside it, else absolute. Throws UserError `usage` when it is no folder. */
export async function readWorktree({
  flags,
  world,
  root,
}: Pick<RepositoryContext, "flags" | "world" | "root">): Promise<string | null> {
  const typed = textFlag(flags, "worktree");
  if (typed === null) return null;
  const folder = resolve(world.typedIn, typed);
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) {
    throw new UserError({
      code: "usage",
      message: `--worktree is ${quote(typed)}, which is no folder.`,
      hint: "Make it first, for example with `git worktree add`.",
    });
  }
  const inside = relative(root, folder);
  const isInside = inside !== "" && !inside.startsWith("..") && resolve(root, inside) === folder;
  return isInside ? inside.split(sep).join("/") : folder;
}
