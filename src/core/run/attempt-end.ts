import type { AttemptEnd } from "../contract/run.ts";
import type { RunView } from "../contract/run-view.ts";

/** How an attempt ended, in words that complete "its worker ". */
export function describeEnd(end: AttemptEnd): string {
  switch (end.kind) {
    case "exited":
      if (end.unfinished !== undefined) return `did not finish: ${end.unfinished}`;
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

/** Why an attempt failed: "exit code 2", "reported failed: the API is down". A retry in the queue no longer has the note. */
export function failureWords({ state, outcome, last_end: end }: RunView): string {
  if (state === "failed" && outcome?.kind === "failed") return `reported failed: ${outcome.note}`;
  // Without an error an attempt fails only because its worker says so.
  return end === describeEnd({ kind: "exited", code: 0 }) ? "reported failed" : endWords(end);
}
