// Looks for programs as the system would when it starts one: the adapter of the port Programs.

import { accessSync, constants, statSync } from "node:fs";
import { resolve } from "node:path";
import type { Programs } from "../../ports/programs.ts";
import { isProgramOnPath } from "../git/program-on-path.ts";

export function createPrograms({
  root,
  env,
}: {
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}): Programs {
  return {
    has: (program) =>
      /[/\\]/.test(program) ? isExecutable(resolve(root, program)) : isProgramOnPath(program, env),
  };
}

function isExecutable(path: string): boolean {
  try {
    if (!statSync(path).isFile()) return false;
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Not there, or not to be looked at: not to be started either.
    return false;
  }
}
