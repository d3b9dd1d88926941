// Finds programs as the system would when it starts one: the adapter of the port Programs.

import { resolve } from "node:path";
import type { Programs } from "../../ports/system/programs.ts";
import { isExecutable, isProgramOnPath } from "./program-on-path.ts";

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
