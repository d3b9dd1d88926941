// Whether git tracks files that only this program may write: then they came with the repository, from its committers.

import { spawnSync } from "node:child_process";
import { localGit } from "../command/git-hardening.ts";

const TIMEOUT_MS = 10_000;
/** A million paths of 64 bytes. */
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

/**
 * True when the index of the repository around `root` has anything in the folder `path` of it, or that folder as a
 * submodule. Null when git cannot tell. Blocks: it is asked once per repository and user, before anything is trusted.
 */
export function isTracked(
  root: string,
  path: string,
  env: Readonly<Record<string, string | undefined>>,
): boolean | null {
  const { program, args, env: environment } = localGit(env, ["ls-files", "-z"]);
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: root,
    env: environment,
    encoding: "utf8",
    timeout: TIMEOUT_MS,
    maxBuffer: OUTPUT_BYTES_MAX,
  });
  if (status !== 0) return /not a git repository/i.test(stderr ?? "") ? false : null;
  return stdout.split("\0").some((name) => isAtOrAround(name, path));
}

/** In any case: some file systems do not distinguish. A submodule is listed under its own name. */
function isAtOrAround(name: string, path: string): boolean {
  const listed = `${name.toLowerCase()}/`;
  const ours = `${path.toLowerCase()}/`;
  return listed.startsWith(ours) || (name !== "" && ours.startsWith(listed));
}
