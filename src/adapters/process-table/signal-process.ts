// Signals. A process that is already gone is not an error: mostly that is the goal.

import type { ChildProcess } from "node:child_process";
import process from "node:process";

type SignalName = "SIGTERM" | "SIGSTOP" | "SIGKILL";

/** False when there is no such process, or this user may not signal it. */
export function signalProcess(pid: number, name: SignalName): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch {
    return false;
  }
}

/** The process group that `leader` leads or led. */
export function signalGroup(leader: number, name: SignalName): boolean {
  return signalProcess(-leader, name);
}

/** A detached child with its process group; Windows has no groups. */
export function signalChild(child: ChildProcess, name: "SIGTERM" | "SIGKILL"): void {
  if (process.platform === "win32") child.kill(name);
  else if (child.pid !== undefined) signalGroup(child.pid, name);
}
