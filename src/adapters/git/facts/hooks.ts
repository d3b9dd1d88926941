// Where git looks for hooks, and the files there. Somebody's own choice of another place is respected: nothing is written
// outside the repository, nor where another tool writes everything anew.

import { isUtf8 } from "node:buffer";
import { randomUUID } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import type {
  GitHooks,
  HookChange,
  HookFile,
  HookFolder,
  HookName,
  HookSearch,
} from "../../../ports/git/git-hooks.ts";
import type { RunCommand } from "../../../ports/system/run-command.ts";
import { runCommand } from "../../exec/run-command.ts";
import { describeFileError } from "../../file-system/file-error.ts";
import { look } from "../../file-system/read-small-file.ts";
import { type GitPlace, runGit } from "../command/git-command.ts";
import { describeGitFailure } from "../command/git-failure.ts";
import { findGitFolder, type GitFolder } from "./git-folder.ts";

const SETTING_TIMEOUT_MS = 10_000;
/** `git config --get` when there is no such setting. */
const NOT_SET = 1;
/** Larger ones are no scripts that somebody wrote. */
const HOOK_BYTES_MAX = 1024 * 1024;
const NEW_HOOK_MODE = 0o755;
const RUN_BITS = 0o111;
const PERMISSION_BITS = 0o777;

export function createGitHooks(options: {
  /** Absolute. */
  readonly root: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly run?: RunCommand;
}): GitHooks {
  const { env = process.env, run = runCommand } = options;
  return {
    async find(signal) {
      try {
        return await find({ root: realpathSync.native(options.root), env, run }, signal);
      } catch (error) {
        const message = `The repository's git folder cannot be read: ${describeFileError(error)}.`;
        return { kind: "failed", message, hint: "Put that right, then try again." };
      }
    },
  };
}

async function find(place: GitPlace, signal: AbortSignal): Promise<HookSearch> {
  const search = findGitFolder(place.root);
  if (search.kind !== "found")
    return {
      kind: "failed",
      message: "This folder is in no git repository, so that there are no hooks to set.",
      hint: "Make it one: git init",
    };
  const setting = await runGit(
    place,
    ["config", "--type=path", "--show-scope", "-z", "--get-all", "core.hooksPath"],
    { timeoutMs: SETTING_TIMEOUT_MS, signal },
  );
  if (!setting.ok && setting.exitCode !== NOT_SET)
    return { kind: "failed", ...describeGitFailure("Git does not say where its hooks are", place, setting) };
  return judge(place.root, search.folder, chosenPath(setting.stdout));
}

/** Pairs of scope and value, the last one wins; `command` is what is always added here. */
function chosenPath(output: string): string | null {
  const fields = output.split("\0");
  const values = fields.filter((_, index) => index % 2 === 1 && fields[index - 1] !== "command");
  return values.at(-1) ?? null;
}

function judge(root: string, git: GitFolder, chosen: string | null): HookSearch {
  const folder = chosen === null ? join(git.common, "hooks") : resolve(git.top, chosen);
  const treeFolder = relative(git.top, root);
  const isInside = [git.top, git.common].some((home) => isBelow(realPath(folder), realPath(home)));
  if (!isInside) {
    const why = "Git is configured (core.hooksPath) to take its hooks from outside the repository.";
    return { kind: "elsewhere", shown: folder, why, treeFolder };
  }
  const shown = relative(git.top, folder);
  if (/(?:^|\/)\.husky\/_$/.test(folder)) {
    const why = "Husky writes the folder that git takes its hooks from anew with each install.";
    return { kind: "elsewhere", shown: dirname(shown), why, treeFolder };
  }
  return { kind: "found", folder: openFolder(folder, shown, treeFolder) };
}

/** Of what is there of it: the rest will be made. */
function realPath(path: string): string {
  if (look(path) === null && dirname(path) !== path) return join(realPath(dirname(path)), "x");
  return realpathSync.native(path);
}

function isBelow(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== "" && way !== ".." && !way.startsWith("../") && resolve(folder, way) === path;
}

function openFolder(folder: string, shown: string, treeFolder: string): HookFolder {
  return {
    shown,
    treeFolder,
    read: (name) => readHook(join(folder, name)),
    write: (name, text) => changed(() => writeHook(folder, name, text)),
    remove: (name) => changed(() => rmSync(join(folder, name), { force: true })),
  };
}

function readHook(file: string): HookFile {
  try {
    const stats = look(file);
    if (stats === null) return { kind: "none" };
    if (!stats.isFile()) return { kind: "unusable", why: "is a link or a folder, not a file" };
    if (stats.size > HOOK_BYTES_MAX) return { kind: "unusable", why: "is too large for a script" };
    const bytes = readFileSync(file);
    if (bytes.includes(0) || !isUtf8(bytes))
      return { kind: "unusable", why: "is a program, or a script that is not UTF-8" };
    if ((stats.mode & RUN_BITS) === 0)
      return { kind: "unusable", why: "is not executable, so that git does not run it" };
    return { kind: "text", text: bytes.toString("utf8") };
  } catch (error) {
    return { kind: "unusable", why: `cannot be read: ${describeFileError(error)}` };
  }
}

/** Whole or not at all: git may run it at this moment. */
function writeHook(folder: string, name: HookName, text: string): void {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, name);
  const temporary = `${file}.${randomUUID()}.tmp`;
  const mode = (look(file)?.mode ?? NEW_HOOK_MODE) & PERMISSION_BITS;
  try {
    writeFileSync(temporary, text, { flag: "wx", mode });
    // The mode of a new file is cut by the process's own mask.
    chmodSync(temporary, mode);
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function changed(change: () => void): HookChange {
  try {
    change();
    return { kind: "done" };
  } catch (error) {
    return { kind: "failed", why: describeFileError(error) };
  }
}
