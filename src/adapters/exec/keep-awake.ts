// Keeps the machine from idle sleep by a program of the system that holds it off while another one runs: `cat`, which runs
// until its input closes. That happens with the end of this process too, so that no lock is ever left behind.

import { type ChildProcess, spawn } from "node:child_process";
import process from "node:process";
import type { Environment } from "../../core/worker/worker-environment.ts";
import type { KeepAwake } from "../../ports/system/keep-awake.ts";
import { isProgramOnPath } from "./programs.ts";

/** Of what the program says, for the sentence. */
const COMPLAINT_LENGTH_MAX = 200;

type Settings = { readonly environment: Environment; readonly platform?: NodeJS.Platform };

/** The program that holds off idle sleep here; null where none is known. */
export function awakeProgram(platform: NodeJS.Platform = process.platform): string | null {
  if (platform === "linux") return "systemd-inhibit";
  return platform === "darwin" ? "caffeinate" : null;
}

/** Why idle sleep cannot be held off: a sentence; null when it can. */
export function awakeProblem({ environment, platform = process.platform }: Settings): string | null {
  const program = awakeProgram(platform);
  if (program === null) return `Idle sleep cannot be held off on ${platform}.`;
  return isProgramOnPath(program, environment) ? null : `Idle sleep is not held off: there is no ${program}.`;
}

export function createKeepAwake(settings: Settings): KeepAwake {
  const { environment, platform = process.platform } = settings;
  let held: ChildProcess | null = null;
  return {
    hold(why, onProblem) {
      if (held !== null) return;
      const problem = awakeProblem(settings);
      if (problem !== null) return onProblem(problem);
      const child = start(commandOf(platform, why), environment, (complaint) => {
        // It was let go, and this is the end of it.
        if (held !== child) return;
        held = null;
        onProblem(`Idle sleep is not held off: ${complaint}`);
      });
      held = child;
    },
    release() {
      const child = held;
      held = null;
      child?.stdin?.end();
    },
  };
}

function commandOf(platform: NodeJS.Platform, why: string): readonly string[] {
  if (platform === "darwin") return ["caffeinate", "-i", "cat"];
  // Only idle sleep: a person who closes the lid or chooses to suspend means it.
  return ["systemd-inhibit", "--what=idle", "--mode=block", "--who=Dataface Tasks", `--why=${why}`, "cat"];
}

function start(
  [program = "", ...args]: readonly string[],
  environment: Environment,
  onEnd: (complaint: string) => void,
): ChildProcess {
  const child = spawn(program, args, { env: environment, stdio: ["pipe", "ignore", "pipe"] });
  let complaint = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    complaint = (complaint + chunk.toString("utf8")).slice(0, COMPLAINT_LENGTH_MAX);
  });
  // The pipe of a program that has ended.
  child.stdin?.on("error", () => {});
  child.on("error", ({ message }) => onEnd(message));
  child.on("close", (code) => onEnd(complaint.trim() || `${program} ended with exit code ${code}.`));
  // It must not keep this process: when that ends, the pipe closes.
  child.unref();
  return child;
}
