// Reads refs from files: loose ones, then packed-refs. Anything that does not look like a ref or a hash is ignored, so a
// crafted HEAD leads nowhere.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { look, readSmallFile } from "../../file-system/read-small-file.ts";
import type { GitFolder } from "./git-folder.ts";

export type Head =
  | { readonly kind: "branch"; readonly ref: string; readonly commit: string | null }
  | { readonly kind: "detached"; readonly commit: string }
  | { readonly kind: "unreadable" };

/** Git allows chains of symbolic refs of this length. */
const SYMBOLIC_STEPS_MAX = 5;
const HASH = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;

export function readHead({ own, common }: GitFolder): Head {
  const text = readSmallFile(join(own, "HEAD"))?.trim() ?? "";
  if (HASH.test(text)) return { kind: "detached", commit: text };
  const ref = symbolicTarget(text);
  return ref === null ? { kind: "unreadable" } : { kind: "branch", ref, commit: resolveRef(common, ref) };
}

/** The commit of a full ref name such as `refs/heads/main`, or null when there is no such ref. */
export function resolveRef(common: string, name: string): string | null {
  let ref = name;
  for (let step = 0; step < SYMBOLIC_STEPS_MAX; step += 1) {
    const text = readSmallFile(join(common, ref))?.trim();
    if (text === undefined) return findPacked(readSmallFile(join(common, "packed-refs")) ?? "", ref);
    if (HASH.test(text)) return text;
    const next = symbolicTarget(text);
    if (next === null) return null;
    ref = next;
  }
  return null;
}

/** The remote's default branch as it was last fetched, such as `refs/remotes/origin/main`. */
export function readRemoteDefault(common: string): string | null {
  return symbolicTarget(readSmallFile(join(common, "refs/remotes/origin/HEAD"))?.trim() ?? "");
}

/** What the remote calls its main branch, else `main` or `master` if there is one. */
export function readDefaultBranch(common: string): string | null {
  const remote = readRemoteDefault(common);
  const prefix = "refs/remotes/origin/";
  if (remote?.startsWith(prefix)) return remote.slice(prefix.length);
  return ["main", "master"].find((branch) => resolveRef(common, `refs/heads/${branch}`) !== null) ?? null;
}

export function shortRef(ref: string): string {
  return ref.replace(/^refs\/(?:heads\/)?/, "");
}

function symbolicTarget(text: string): string | null {
  const ref = /^ref:\s*(refs\/[^\0-\x20\x7f~^:?*[\\]+)$/.exec(text)?.[1];
  return ref === undefined || ref.split("/").some((step) => step === "" || step.startsWith(".")) ? null : ref;
}

/** Whether there are refs below a name, so that none can have the name itself. */
export function hasRefsBelow(common: string, name: string): boolean {
  const folder = join(common, name);
  const loose = look(folder)?.isDirectory() === true && readdirSync(folder).length > 0;
  return loose || (readSmallFile(join(common, "packed-refs")) ?? "").includes(` ${name}/`);
}

/** Lines are `<hash> <ref>`; peeled tags start with `^` and comments with `#`. */
function findPacked(packed: string, ref: string): string | null {
  const end = packed.indexOf(` ${ref}\n`);
  if (end === -1) return null;
  const hash = packed.slice(packed.lastIndexOf("\n", end) + 1, end);
  return HASH.test(hash) ? hash : null;
}

/** Far more than file systems store. */
const BRANCH_LENGTH_MAX = 1_000;

/**
 * What git takes as the name of a branch (git-check-ref-format), so that a name from a host or from the configuration is
 * checked before git gets it: a search or a path is no name.
 */
export function isBranchName(name: string): boolean {
  return (
    name.isWellFormed() &&
    name.length <= BRANCH_LENGTH_MAX &&
    !FORBIDDEN.test(name) &&
    !RESERVED.has(name) &&
    name.split("/").every((part) => part !== "" && !part.startsWith(".") && !part.endsWith(".lock"))
  );
}

/** Characters that git reads as something else, a dash that a program takes for an option, and a dot at the end. */
const FORBIDDEN = /[\p{Cc} ~^:?*[\\]|\.\.|@\{|^-|\.$/u;
const RESERVED = new Set(["@", "HEAD"]);
