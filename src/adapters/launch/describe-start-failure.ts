// Why a worker could not be started, in words that complete "could not be started: ".

import { existsSync } from "node:fs";
import type { WorkerStart } from "../../ports/runs/workers.ts";
import { errorCode } from "../file-system/file-error.ts";

export function describeStartFailure(error: unknown, { command, folder }: WorkerStart): string {
  const [program = ""] = command;
  // The system says the same of a missing program and of a missing folder to run it in.
  if (!existsSync(folder)) return "its worktree is gone";
  const code = errorCode(error);
  switch (code) {
    case "ENOENT":
      return `there is no program ${program}${program.includes("/") ? "" : " on the PATH"}`;
    case "EACCES":
      return `${program} is not a program that may be run`;
    case "E2BIG":
      return "its arguments are too long for this system; worker.command can pass {prompt_file} instead of {prompt}";
    case "ERR_INVALID_ARG_VALUE":
      return "its arguments hold a NUL character; worker.command can pass {prompt_file} instead of {prompt}";
    default:
      return `the system refused to start ${program} (${code})`;
  }
}
