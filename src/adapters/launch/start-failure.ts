// Why a worker's program could not be started, in words.

import { existsSync } from "node:fs";
import type { WorkerStart } from "../../ports/runs/workers.ts";
import { errorCode } from "../file-system/file-error.ts";

/** Completes "could not be started: ". */
export function describeStartFailure(
  error: unknown,
  { command, folder }: Pick<WorkerStart, "command" | "folder">,
): string {
  const [program = ""] = command;
  // The system reports a missing folder like a missing program.
  if (!existsSync(folder)) return "its worktree is gone";
  const code = errorCode(error);
  switch (code) {
    case "ENOENT":
      return `there is no program ${program}${program.includes("/") ? "" : " on the PATH"}`;
    case "EACCES":
      return `${program} is not executable`;
    case "E2BIG":
      return "its arguments are too long for this system; worker.command can pass {prompt_file} instead of {prompt}";
    case "ERR_INVALID_ARG_VALUE":
      return "its arguments contain a NUL character; worker.command can pass {prompt_file} instead of {prompt}";
    default:
      return `the system refused to start ${program} (${code})`;
  }
}
