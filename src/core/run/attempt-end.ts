import type { AttemptEnd } from "../contract/run.ts";

/** How an attempt ended, in words that complete "its worker ". */
export function describeEnd(end: AttemptEnd): string {
  switch (end.kind) {
    case "exited":
      return end.code === 0 ? "ended without an error" : `ended with exit code ${end.code}`;
    case "signalled":
      return `was killed by ${end.signal}`;
    case "not_started":
      return `could not be started: ${end.detail}`;
    case "lost":
      return `was lost: ${end.detail}`;
    case "stopped":
      return `was stopped by ${end.by}`;
  }
}

/** The same without its verb: "exit code 2", "killed by SIGKILL", "stopped by dave". */
export function endWords(end: string | null): string {
  return end?.replace(/^(?:ended with|was) /, "") ?? "ended";
}
