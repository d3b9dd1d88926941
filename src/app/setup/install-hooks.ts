// Sets hooks of git that reconcile after a merge and a checkout, and takes them out again. Hooks that are there stay as
// they are; where nothing may be written, the line to add is said instead.

import { UserError } from "../../core/contract/user-error.ts";
import type { GitHooks, HookChange, HookFolder, HookName, HookSearch } from "../../ports/git/git-hooks.ts";
import { addToScript, hookLine, isEmptyScript, otherInterpreter, takeFromScript } from "./hook-script.ts";

const HOOK_NAMES: readonly HookName[] = ["post-merge", "post-checkout"];

export type HookResult = {
  readonly name: HookName;
  /** For people: relative where it is inside the repository. */
  readonly path: string;
  /**
   * `made`: there was no such hook. `added`: to the one that is there. `updated`: our lines were others.
   * `taken_out`: our lines only. `deleted`: nothing else was in it. `unchanged`: there was nothing to do.
   */
  readonly did: "made" | "added" | "updated" | "taken_out" | "deleted" | "unchanged" | "refused";
  /** Why it was refused and what to do; null otherwise. */
  readonly message: string | null;
};

export type HookWish = {
  /** The program that this is, with its first arguments: what a hook starts. */
  readonly command: readonly string[];
  readonly signal: AbortSignal;
};

/** One result for each hook. Throws a UserError where there is no repository. */
export async function installHooks(
  hooks: GitHooks,
  { command, signal }: HookWish,
): Promise<readonly HookResult[]> {
  const search = await findHooks(hooks, signal);
  const { shown, treeFolder } = search.kind === "found" ? search.folder : search;
  const line = hookLine({ command, treeFolder });
  return HOOK_NAMES.map((name) => {
    const done = search.kind === "found" ? addTo(search.folder, name, line) : refused(search.why);
    const advice = done.did === "refused" ? ` Add this line to the hook yourself: ${line}` : "";
    return asResult({ name, shown }, done, advice);
  });
}

/** Takes out our lines only; one result for each hook. Throws a UserError where there is no repository. */
export async function uninstallHooks(
  hooks: GitHooks,
  { signal }: Pick<HookWish, "signal">,
): Promise<readonly HookResult[]> {
  const search = await findHooks(hooks, signal);
  const { shown } = search.kind === "found" ? search.folder : search;
  return HOOK_NAMES.map((name) => {
    const done = search.kind === "found" ? takeFrom(search.folder, name) : UNCHANGED;
    return asResult({ name, shown }, done, "");
  });
}

type Done = { readonly did: HookResult["did"]; readonly why: string | null };

const UNCHANGED: Done = { did: "unchanged", why: null };

function addTo(folder: HookFolder, name: HookName, line: string): Done {
  const file = folder.read(name);
  if (file.kind === "unusable") return refused(`The hook ${file.why}.`);
  const before = file.kind === "text" ? file.text : null;
  const other = before === null ? null : otherInterpreter(before);
  if (other !== null) return refused(`The hook is a script for ${other}, not for a shell.`);
  const after = addToScript(before, line);
  if (after === null) return refused(DAMAGED);
  if (after === before) return UNCHANGED;
  const did = before === null ? "made" : takeFromScript(before) === before ? "added" : "updated";
  return afterChange(folder.write(name, after), did);
}

function takeFrom(folder: HookFolder, name: HookName): Done {
  const file = folder.read(name);
  if (file.kind !== "text") return UNCHANGED;
  const rest = takeFromScript(file.text);
  if (rest === null) return refused(DAMAGED);
  if (rest === file.text) return UNCHANGED;
  if (isEmptyScript(rest)) return afterChange(folder.remove(name), "deleted");
  return afterChange(folder.write(name, rest), "taken_out");
}

function afterChange(change: HookChange, did: HookResult["did"]): Done {
  return change.kind === "done"
    ? { did, why: null }
    : refused(`The hook could not be written: ${change.why}.`);
}

const DAMAGED = "The hook has the beginning of our lines and not their end; mend or delete them by hand.";

function refused(why: string): Done {
  return { did: "refused", why };
}

function asResult(
  { name, shown }: { readonly name: HookName; readonly shown: string },
  { did, why }: Done,
  advice: string,
): HookResult {
  return { name, path: `${shown}/${name}`, did, message: why === null ? null : why + advice };
}

async function findHooks(
  hooks: GitHooks,
  signal: AbortSignal,
): Promise<Exclude<HookSearch, { kind: "failed" }>> {
  const search = await hooks.find(signal);
  if (search.kind !== "failed") return search;
  const { message, hint } = search;
  throw new UserError({ code: "repository_missing", message, hint });
}
