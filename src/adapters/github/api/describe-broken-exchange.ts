// Why there was no answer, from the error that Node threw. Only its code is looked at: its text may hold anything.

import type { HostFailure } from "../../../ports/git/pull-request-host.ts";

/** `stopped`: whoever asked no longer wants to know. */
export function describeBrokenExchange(
  error: unknown,
  { timedOut, stopped }: { readonly timedOut: boolean; readonly stopped: boolean },
): HostFailure {
  if (stopped) return failure("timeout", "GitHub was no longer waited for");
  if (timedOut) return failure("timeout", "GitHub did not answer in time");
  const code = findCode(error);
  if (CERTIFICATE.test(code))
    return {
      ...failure("unreachable", `GitHub's certificate is not trusted (${code})`),
      remedy: "If your company signs it, name its certificate in NODE_EXTRA_CA_CERTS",
    };
  return failure(code === "UND_ERR_CONNECT_TIMEOUT" ? "timeout" : "unreachable", sentence(code));
}

/** Undici wraps errors, also several of them when a name has several addresses. */
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
  ENOTFOUND: "The name of GitHub's host is not known",
  EAI_AGAIN: "The name of GitHub's host could not be looked up",
  ECONNREFUSED: "GitHub's host refused the connection",
  ECONNRESET: "The connection to GitHub broke",
  EPIPE: "The connection to GitHub broke",
  UND_ERR_SOCKET: "The connection to GitHub broke",
  ENETUNREACH: "There is no network that leads to GitHub",
  EHOSTUNREACH: "There is no network that leads to GitHub",
  ETIMEDOUT: "There was no connection to GitHub in time",
  UND_ERR_CONNECT_TIMEOUT: "There was no connection to GitHub in time",
};

function sentence(code: string): string {
  const known = SENTENCES[code];
  if (known !== undefined) return `${known} (${code})`;
  return code === "" ? "The connection to GitHub failed" : `The connection to GitHub failed (${code})`;
}

function failure(reason: HostFailure["reason"], message: string): HostFailure {
  return { reason, message, remedy: null, notBeforeMs: null };
}
