import type { Attempt, AttemptEnd, AttemptSpared } from "../contract/run.ts";
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

/** How an attempt ended, or why it does not count; completes "its worker ". */
export function describeAttempt({ end, spared = null }: Pick<Attempt, "end" | "spared">): string {
  return spared === null ? describeEnd(end) : describeSpared(spared);
}

function describeSpared(spared: AttemptSpared): string {
  switch (spared.kind) {
    case "paused":
      return `was interrupted: ${spared.why === "" ? PAUSED_BY[spared.cause] : spared.why}`;
    case "waiting":
      return `was interrupted: it waits for ${spared.on}`;
    case "restarted":
      return "was interrupted: its host was restarted";
    case "out_of_memory":
      return `was killed: ${outOfMemory(spared)}`;
  }
}

const PAUSED_BY: Readonly<Record<Extract<AttemptSpared, { kind: "paused" }>["cause"], string>> = {
  limit: "usage limit reached",
  overloaded: "the model's service is overloaded",
  network: "the model's service could not be reached",
  signed_out: "its account is signed out",
  billing: "its account cannot pay",
  setup: "the set-up fails for several tasks",
};

/** "out of memory, 7.9 GB, during vitest". */
function outOfMemory({ mb, during }: Extract<AttemptSpared, { kind: "out_of_memory" }>): string {
  const had = mb === null ? [] : [`${(mb / 1000).toFixed(1)} GB`];
  return ["out of memory", ...had, ...(during === null ? [] : [`during ${during}`])].join(", ");
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
