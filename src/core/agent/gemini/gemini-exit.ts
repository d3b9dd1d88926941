// What the exit code of Gemini CLI means: its own codes, and the HTTP status of a failed request modulo 256.

import type { AgentErrorCode } from "../contract/agent-event.ts";
import type { AgentExit } from "../contract/agent-kind.ts";
import { codeOfStatus } from "../lines/error-status.ts";

export type ExitReason = {
  readonly code: AgentErrorCode;
  readonly status: number | null;
  readonly words: string;
};

const INPUT_ERROR = 42;
const OWN_CODES: ReadonlyMap<number, Pick<ExitReason, "code" | "words">> = new Map([
  [41, { code: "signed_out", words: "Gemini CLI is not logged in." }],
  [INPUT_ERROR, { code: "other", words: "Gemini CLI did not accept its arguments." }],
  [44, { code: "other", words: "Its sandbox failed." }],
  [52, { code: "other", words: "Its settings are wrong." }],
  [53, { code: "own_limit", words: "It reached the number of turns that its settings allow." }],
  [54, { code: "other", words: "A tool failed for good." }],
]);

/** Of an error that has neither a status nor a code of its own. */
const ANY_ERROR = 1;
/** What its runtime says of a connection that could not be made, or broke: the only place where that is said. */
const LOST =
  /^\[API Error: (?:exception )?(?:TypeError: )?(?:fetch failed|terminated|.*\b(?:ECONN\w+|E\w+UNREACH|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)\b)/;

/** A resumed session that does not exist is an argument that it does not accept. `said`: by its result; "" without one. */
export function exitReason(exitCode: number, isResumed: boolean, said: string): ExitReason {
  if (isResumed && exitCode === INPUT_ERROR) {
    return { code: "session_gone", status: null, words: "Gemini CLI has no such session any more." };
  }
  const own = OWN_CODES.get(exitCode);
  if (own !== undefined) return { ...own, status: null };
  if (exitCode === ANY_ERROR && LOST.test(said)) return { code: "network", status: null, words: said };
  const status = statusOf(exitCode);
  const words = `Gemini CLI failed with exit code ${exitCode}.`;
  return { code: codeOfStatus(status) ?? "other", status, words };
}

/** Without a result the turn is not finished, whatever the exit code: a signal ends it with 0. */
export function signalReason({ code, signal }: AgentExit): ExitReason {
  const how = signal === null ? `with exit code ${code}` : `by ${signal}`;
  return { code: "other", status: null, words: `Gemini CLI ended ${how} before its turn was over.` };
}

/** 400 to 511 are 144 to 255. */
function statusOf(exitCode: number): number | null {
  return exitCode >= 400 - 256 && exitCode <= 255 ? exitCode + 256 : null;
}
