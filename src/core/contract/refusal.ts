import type { ErrorCode, Failure } from "./user-error.ts";

/** A request that was not carried out; `code` is that of the error it becomes on the command line. */
export type Refusal = { readonly kind: "refused" } & Failure<ErrorCode>;

export function refusal(message: string, hint: string, code: ErrorCode = "run_refused"): Refusal {
  return { kind: "refused", code, message, hint };
}
