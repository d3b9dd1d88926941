// Signals that reach nobody any more are no error: that the process is gone is mostly what was wanted.

import process from "node:process";

type SignalName = "SIGTERM" | "SIGSTOP" | "SIGKILL";

/** False when there is no such process, or it is not ours to signal. */
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
