// Finds programs as the system would when it starts one: the adapter of the port Programs.

import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join, resolve } from "node:path";
import type { Environment } from "../../core/worker/worker-environment.ts";
import type { Programs } from "../../ports/system/programs.ts";

export function createPrograms({
  root,
  env,
}: {
  readonly root: string;
  readonly env: Environment;
}): Programs {
  return {
    has: (program) =>
      /[/\\]/.test(program) ? isExecutable(resolve(root, program)) : isProgramOnPath(program, env),
  };
}

/** `name` without a folder in it. */
export function isProgramOnPath(name: string, env: Environment): boolean {
  // A relative entry would depend on the folder that the program is started in.
  const folders = (env["PATH"] ?? "").split(delimiter).filter(isAbsolute);
  const endings = process.platform === "win32" ? (env["PATHEXT"] ?? ".EXE;.CMD").split(";") : [""];
  return folders.some((folder) => endings.some((ending) => isExecutable(join(folder, name + ending))));
}

/** A file that this user may run; links are followed. */
function isExecutable(path: string): boolean {
  try {
    if (!statSync(path).isFile()) return false;
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false; // Missing or unreadable, so it cannot be run.
  }
}
