// How an attempt ended. An agent's own end event counts, not its exit code: 0 does not mean that a turn was over, and the
// code of a process that was let go after its last turn means nothing.

import type { AttemptEnd } from "../../contract/run.ts";
import { type AgentErrorCode, type AgentEvent, cutText } from "../contract/agent-event.ts";

export type EndFacts = {
  readonly exit: Extract<AttemptEnd, { kind: "exited" | "signalled" | "not_started" }>;
  /** How the last turn ended; null if it did not. */
  readonly how: Extract<AgentEvent, { kind: "ended" }>["how"] | null;
  /** What the agent said last about why it failed. */
  readonly error: { readonly code: AgentErrorCode; readonly why: string } | null;
  /** The supervisor let it go after its turn. */
  readonly isLetGo: boolean;
  /** False for a worker whose turn ends with its process: then its exit code counts. */
  readonly saysEnd: boolean;
};

export function judgeEnd({ exit, how, error, isLetGo, saysEnd }: EndFacts): AttemptEnd {
  if (exit.kind === "not_started") return exit;
  if (how === "completed") return isLetGo ? { kind: "exited", code: 0 } : exit;
  if (how === null && !saysEnd) return exit;
  // What a kind says of a killed process is less than the signal.
  if (how === null && exit.kind === "signalled") return exit;
  const code = exit.kind === "exited" ? exit.code : 0;
  return { kind: "exited", code, unfinished: whyUnfinished(how, error) };
}

const WHY_LENGTH_MAX = 500;

/** Completes "did not finish: ". */
function whyUnfinished(how: EndFacts["how"], error: EndFacts["error"]): string {
  if (error !== null) {
    const words = ERROR_WORDS[error.code];
    const why = cutText(error.why.trim(), WHY_LENGTH_MAX);
    return words === null ? why : `${words} (${why})`;
  }
  if (how === "interrupted") return "its turn was interrupted";
  return how === "failed" ? "its turn failed" : "it ended in the middle of its turn";
}

const ERROR_WORDS: Readonly<Record<AgentErrorCode, string | null>> = {
  limit: "its usage limit is reached",
  signed_out: "it is not logged in",
  billing: "its account cannot pay",
  overloaded: "the model's service is overloaded",
  network: "the model's service could not be reached",
  context_full: "its context is full",
  session_gone: "its session is gone",
  own_limit: "a limit of its settings is reached",
  other: null,
};
