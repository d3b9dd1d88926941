// Whether a program would be found, from the folders of PATH alone: starts no process.

import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

type Environment = Readonly<Record<string, string | undefined>>;

/** `name` without a folder in it. */
export function isProgramOnPath(name: string, env: Environment): boolean {
  // An entry that is not absolute would depend on the folder that the program is started in.
  const folders = (env["PATH"] ?? "").split(delimiter).filter(isAbsolute);
  const endings = process.platform === "win32" ? (env["PATHEXT"] ?? ".EXE;.CMD").split(";") : [""];
  return folders.some((folder) => endings.some((ending) => isExecutable(join(folder, name + ending))));
}

/** A file that its user may start; links are followed. */
export function isExecutable(path: string): boolean {
  try {
    if (!statSync(path).isFile()) return false;
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Not there, or not to be looked at: not to be started either.
    return false;
  }
}
