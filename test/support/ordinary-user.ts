// Permissions mean nothing to root, and test machines often run as root: then work is done as an unprivileged user.

import { chownSync, readdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

/** The unprivileged user and group of every Linux; any number but root's would do. */
const UNPRIVILEGED = 65_534;

/** Runs `work` as a user whom permissions bind and whose `folder` is, with all in it; as oneself, unless that is root. */
export async function asOrdinaryUser<Result>(
  folder: string,
  work: () => Result | Promise<Result>,
): Promise<Result> {
  if (process.getuid?.() !== 0) return await work();
  for (const name of ["", ...readdirSync(folder, { recursive: true, encoding: "utf8" })])
    chownSync(join(folder, name), UNPRIVILEGED, UNPRIVILEGED);
  process.seteuid?.(UNPRIVILEGED);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}
