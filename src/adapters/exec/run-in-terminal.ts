// Runs a program that a person uses: it has this process's terminal until it ends.

import { spawn } from "node:child_process";
import process from "node:process";
import type { Environment } from "../../core/worker/worker-environment.ts";

export type TerminalProgram = {
  readonly command: readonly [string, ...string[]];
  readonly folder: string;
  readonly environment: Environment;
};

/** How it ended, in words for people; null when it ended with 0. Never rejects. */
export function runInTerminal({ command, folder, environment }: TerminalProgram): Promise<string | null> {
  const [program, ...args] = command;
  // Ctrl-C in a terminal reaches both; it is for the program that the person uses.
  const ignore = () => {};
  process.on("SIGINT", ignore);
  return new Promise<string | null>((resolve) => {
    const child = spawn(program, args, { cwd: folder, env: environment, stdio: "inherit" });
    child.on("error", (error: NodeJS.ErrnoException) =>
      resolve(error.code === "ENOENT" ? `${program} was not found` : error.message),
    );
    child.on("close", (code, signal) => resolve(code === 0 ? null : (signal ?? `exit code ${code}`)));
  }).finally(() => process.off("SIGINT", ignore));
}
