// Why there was no answer, from the error that Node threw. Only its code is used: its text may contain anything.

import type { HostFailure } from "../../../ports/git/pull-request-host.ts";
import { failure } from "./connection.ts";

/** `stopped`: the caller aborted the request. */
export function describeBrokenExchange(
  error: unknown,
  { timedOut, stopped }: { readonly timedOut: boolean; readonly stopped: boolean },
): HostFailure {
  if (stopped) return failure("timeout", "The request to GitHub was cancelled");
  if (timedOut) return failure("timeout", "GitHub did not answer in time");
  const code = findCode(error);
  if (CERTIFICATE.test(code))
    return failure(
      "unreachable",
      `GitHub's certificate is not trusted (${code})`,
      "If your company signs it, set NODE_EXTRA_CA_CERTS to its certificate",
    );
  return failure(code === "UND_ERR_CONNECT_TIMEOUT" ? "timeout" : "unreachable", sentence(code));
}

/** Undici wraps errors, several of them if a name has several addresses. */
function findCode(error: unknown, depth = 0): string {
  if (!(error instanceof Error) || depth > CAUSES_MAX) return "";
  const { code } = error as NodeJS.ErrnoException;
  if (typeof code === "string" && CODE.test(code)) return code;
  const inner = error instanceof AggregateError ? error.errors[0] : error.cause;
  return findCode(inner, depth + 1);
}

const CAUSES_MAX = 5;
const CODE = /^[A-Z][A-Z0-9_]{1,60}$/;
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME/;

const SENTENCES: Readonly<Record<string, string>> = {
  ENOTFOUND: "GitHub's host name is unknown",
  EAI_AGAIN: "GitHub's host name could not be resolved",
  ECONNREFUSED: "GitHub's host refused the connection",
  ECONNRESET: "The connection to GitHub broke",
  EPIPE: "The connection to GitHub broke",
  UND_ERR_SOCKET: "The connection to GitHub broke",
  ENETUNREACH: "GitHub cannot be reached over the network",
  EHOSTUNREACH: "GitHub cannot be reached over the network",
  ETIMEDOUT: "The connection to GitHub timed out",
  UND_ERR_CONNECT_TIMEOUT: "The connection to GitHub timed out",
};

function sentence(code: string): string {
  const known = SENTENCES[code];
  if (known !== undefined) return `${known} (${code})`;
  return code === "" ? "The connection to GitHub failed" : `The connection to GitHub failed (${code})`;
}
