// Finds programs as the system would when it starts one: the adapter of the port Programs.

import { accessSync, constants, realpathSync, statSync } from "node:fs";
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
    has: (program) => findProgram(program, { root, env }) !== null,
    stamp: (program) => {
      const file = findProgram(program, { root, env });
      return file === null ? null : stampOf(file);
    },
  };
}

/** The change time too: package managers give every file of a package the same modification time. */
function stampOf(file: string): string | null {
  try {
    const real = realpathSync(file);
    const { size, ctimeMs } = statSync(real);
    return `${real} ${size} ${ctimeMs}`;
  } catch {
    return null; // It was removed at this moment.
  }
}

/** The file that would be started: a name is searched on the PATH, a path from the root. Null without one. */
export function findProgram(
  program: string,
  { root, env }: { readonly root: string; readonly env: Environment },
): string | null {
  if (!/[/\\]/.test(program)) return findOnPath(program, env);
  const file = resolve(root, program);
  return isExecutable(file) ? file : null;
}

/** `name` without a folder in it. */
export function isProgramOnPath(name: string, env: Environment): boolean {
  return findOnPath(name, env) !== null;
}

function findOnPath(name: string, env: Environment): string | null {
  // A relative entry would depend on the folder that the program is started in.
  const folders = (env["PATH"] ?? "").split(delimiter).filter(isAbsolute);
  const endings = process.platform === "win32" ? (env["PATHEXT"] ?? ".EXE;.CMD").split(";") : [""];
  const files = folders.flatMap((folder) => endings.map((ending) => join(folder, name + ending)));
  return files.find(isExecutable) ?? null;
}

/** A file that this user may run; links are followed. */
export function isExecutable(path: string): boolean {
  try {
    if (!statSync(path).isFile()) return false;
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false; // Missing or unreadable, so it cannot be run.
  }
}
