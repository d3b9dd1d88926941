// Removes the lines that an earlier version's `tasks hooks install` added to git's hooks. Everything else in a hook stays,
// and nothing outside the repository is written.

import { isUtf8 } from "node:buffer";
import { readFileSync, realpathSync, rmSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { UserError } from "../../../core/contract/user-error.ts";
import type { HookResult } from "../../../ports/git/git-hooks.ts";
import { runCommand } from "../../exec/run-command.ts";
import { writeFileAtomically } from "../../file-system/atomic-write.ts";
import { describeFileError } from "../../file-system/file-error.ts";
import { look } from "../../file-system/read-small-file.ts";
import { type GitPlace, runGit } from "../command/git-command.ts";
import { describeGitFailure } from "../command/git-failure.ts";
import { findGitFolder } from "./git-folder.ts";

const HOOK_NAMES = ["post-merge", "post-checkout"] as const;
const BEGIN_MARK = "# tasks: begin";
const END_MARK = "# tasks: end";
/** A file that `install` made holds this and our lines. */
const EMPTY_SCRIPT = "#!/bin/sh";
/** Anything larger is no script. */
const HOOK_BYTES_MAX = 1024 * 1024;
const PERMISSION_BITS = 0o777;
/** `git config --get-all` when there is no such setting. */
const NOT_SET = 1;

/** One result for each hook. Throws a UserError where there is no git repository. */
export async function uninstallHooks(
  { root, env }: Pick<GitPlace, "env" | "root">,
  signal: AbortSignal,
): Promise<readonly HookResult[]> {
  const { folder, shown, isInside } = await findHooks({ root, env, run: runCommand }, signal);
  const results: HookResult[] = [];
  for (const name of HOOK_NAMES) {
    const done = isInside ? await uninstallHook(join(folder, name)) : UNCHANGED;
    results.push({ name, path: `${shown}/${name}`, ...done });
  }
  return results;
}

type Done = Pick<HookResult, "did" | "message">;
const UNCHANGED: Done = { did: "unchanged", message: null };

async function uninstallHook(file: string): Promise<Done> {
  try {
    const stats = look(file);
    if (!stats?.isFile() || stats.size > HOOK_BYTES_MAX) return UNCHANGED;
    const bytes = readFileSync(file);
    if (!isUtf8(bytes)) return UNCHANGED;
    const script = bytes.toString("utf8");
    const rest = withoutOurLines(script);
    if (rest === script) return UNCHANGED;
    if (rest === null) return { did: "refused", message: DAMAGED };
    if (rest.trim() === EMPTY_SCRIPT) {
      rmSync(file, { force: true });
      return { did: "deleted", message: null };
    }
    await writeFileAtomically({ file, text: rest, mode: stats.mode & PERMISSION_BITS });
    return { did: "taken_out", message: null };
  } catch (error) {
    return { did: "refused", message: `The hook could not be written: ${describeFileError(error)}.` };
  }
}

const DAMAGED = "The hook has the first of our lines but not the last; edit or delete it yourself.";

/** The script without our lines; null when it has the first of them and not the last. */
function withoutOurLines(script: string): string | null {
  const kept: string[] = [];
  let isOurs = false;
  for (const line of script.split(/(?<=\n)/)) {
    if (line.startsWith(BEGIN_MARK)) isOurs = true;
    if (!isOurs) kept.push(line);
    if (line.trimEnd() === END_MARK) isOurs = false;
  }
  return isOurs ? null : kept.join("");
}

type Hooks = { readonly folder: string; readonly shown: string; readonly isInside: boolean };

async function findHooks(place: GitPlace, signal: AbortSignal): Promise<Hooks> {
  const search = findGitFolder(place.root);
  if (search.kind !== "found")
    throw missing({ message: "This folder is not in a git repository, so there are no hooks." });
  const { top, common } = search.folder;
  const options = ["config", "--type=path", "--show-scope", "-z", "--get-all", "core.hooksPath"];
  const setting = await runGit({ ...place, signal }, options);
  if (!setting.ok && setting.exitCode !== NOT_SET)
    throw missing(describeGitFailure("Git does not say where its hooks are", place, setting));
  const chosen = chosenPath(setting.stdout);
  const folder = chosen === null ? join(common, "hooks") : resolve(top, chosen);
  const isInside = [top, common].some((home) => isBelow(folder, home));
  return { folder, shown: isInside ? relative(top, folder) : folder, isInside };
}

/** The output holds pairs of scope and value; the last one wins. Scope `command` is what `runGit` itself adds. */
function chosenPath(output: string): string | null {
  const fields = output.split("\0");
  const values = fields.filter((_, index) => index % 2 === 1 && fields[index - 1] !== "command");
  return values.at(-1) ?? null;
}

/** Links are followed; a folder that does not exist holds nothing to change. */
function isBelow(path: string, home: string): boolean {
  if (look(path) === null) return true;
  const way = relative(realpathSync.native(home), realpathSync.native(path));
  return way !== "" && way !== ".." && !way.startsWith("../");
}

function missing({ message, hint = "Run this in a git repository." }: { message: string; hint?: string }) {
  return new UserError({ code: "repository_missing", message, hint });
}
