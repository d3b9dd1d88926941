import { expect, test } from "vitest";
import { describeBrokenExchange } from "./exchange.ts";

const RUNNING_ON = { timedOut: false, stopped: false };

function coded(code: string): Error {
  return Object.assign(new Error("token ghp_secret"), { code });
}

/** As `fetch` throws it. */
function fetchFailed(cause: unknown): Error {
  return new TypeError("fetch failed", { cause });
}

test.each<[code: string, reason: string, message: string]>([
  ["ENOTFOUND", "unreachable", "GitHub's host name is unknown (ENOTFOUND)"],
  ["EAI_AGAIN", "unreachable", "GitHub's host name could not be resolved (EAI_AGAIN)"],
  ["ECONNREFUSED", "unreachable", "GitHub's host refused the connection (ECONNREFUSED)"],
  ["ECONNRESET", "unreachable", "The connection to GitHub broke (ECONNRESET)"],
  ["UND_ERR_SOCKET", "unreachable", "The connection to GitHub broke (UND_ERR_SOCKET)"],
  ["UND_ERR_CONNECT_TIMEOUT", "timeout", "The connection to GitHub timed out (UND_ERR_CONNECT_TIMEOUT)"],
  ["EPROTO", "unreachable", "The connection to GitHub failed (EPROTO)"],
])("%s is %s", (code, reason, message) => {
  expect(describeBrokenExchange(fetchFailed(coded(code)), RUNNING_ON)).toEqual({
    ...{ reason, message, remedy: null, notBeforeMs: null },
  });
});

test("the code of one of several addresses", () => {
  const cause = new AggregateError([coded("ECONNREFUSED"), coded("ENETUNREACH")]);
  expect(describeBrokenExchange(fetchFailed(cause), RUNNING_ON).message).toContain("ECONNREFUSED");
});

test.each([
  "SELF_SIGNED_CERT_IN_CHAIN",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "CERT_HAS_EXPIRED",
  "ERR_TLS_CERT_ALTNAME_INVALID",
])("a certificate has its own words: %s", (code) => {
  expect(describeBrokenExchange(fetchFailed(coded(code)), RUNNING_ON)).toEqual({
    reason: "unreachable",
    message: `GitHub's certificate is not trusted (${code})`,
    remedy: "If your company signs it, set NODE_EXTRA_CA_CERTS to its certificate",
    notBeforeMs: null,
  });
});

test("time and a change of mind come before whatever the error says", () => {
  const error = fetchFailed(coded("ECONNRESET"));
  expect(describeBrokenExchange(error, { timedOut: true, stopped: false })).toMatchObject({
    ...{ reason: "timeout", message: "GitHub did not answer in time" },
  });
  expect(describeBrokenExchange(error, { timedOut: true, stopped: true })).toMatchObject({
    ...{ reason: "timeout", message: "The request to GitHub was cancelled" },
  });
});

test.each([
  ["no error at all", "ghp_secret"],
  ["no code", new Error("ghp_secret")],
  ["a code that is a sentence", coded("token ghp_secret")],
  ["a code that is no text", Object.assign(new Error("x"), { code: 7 })],
  ["a circle of causes", circle()],
])("S20: only the code of an error is reported: %s", (_, error) => {
  expect(describeBrokenExchange(error, RUNNING_ON)).toEqual({
    ...{ reason: "unreachable", message: "The connection to GitHub failed", remedy: null, notBeforeMs: null },
  });
});

function circle(): Error {
  const error = new Error("ghp_secret");
  error.cause = error;
  return error;
}
