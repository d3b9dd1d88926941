import { describe, expect, test } from "vitest";
import type { HostFailure } from "../../../ports/git/pull-request-host.ts";
import { type Connection, REQUEST_LIMITS } from "./connection.ts";
import { judgeAnswer, readBudget } from "./judge-answer.ts";

const NOW_MS = Date.UTC(2026, 2, 24, 12);
const NOW_S = NOW_MS / 1000;

const CONNECTION: Connection = {
  api: {
    restUrl: "https://api.github.com",
    host: "github.com",
    remoteHosts: ["github.com"],
    loopback: false,
  },
  token: { text: "ghp_secret", renewal: "Renew the token in GITHUB_TOKEN" },
  ...{ owner: "acme", name: "app" },
  nowMs: () => NOW_MS,
  limits: REQUEST_LIMITS,
};

function judge(status: number, headers: Record<string, string> = {}, text = ""): HostFailure | null {
  return judgeAnswer({ status, headers: new Headers(headers), text }, CONNECTION);
}

const USED_UP = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(NOW_S + 600) };

test.each([200, 304])("%i is an answer", (status) => {
  expect(judge(status)).toBeNull();
});

test.each<[status: number, reason: string, message: string]>([
  [401, "auth", "GitHub refused the token (401)"],
  [403, "auth", "GitHub refused access (403)"],
  [404, "missing", "GitHub has no such repository, or this token may not see it (404)"],
  [410, "missing", "GitHub has no such repository, or this token may not see it (410)"],
  [451, "missing", "GitHub has no such repository, or this token may not see it (451)"],
  [500, "server", "GitHub had an internal error (500)"],
  [503, "server", "GitHub had an internal error (503)"],
  [422, "malformed", "GitHub gave an unexpected answer (422)"],
  [302, "malformed", "GitHub gave an unexpected answer (302)"],
  [204, "malformed", "GitHub gave an unexpected answer (204)"],
])("%i is %s", (status, reason, message) => {
  expect(judge(status)).toMatchObject({ reason, message, notBeforeMs: null });
});

test("what a person can put right has a remedy", () => {
  expect(judge(401)?.remedy).toBe("Renew the token in GITHUB_TOKEN");
  expect(judge(403)?.remedy).toBe(
    "The token needs read access to pull requests, checks, statuses and Actions",
  );
  expect(judge(404)?.remedy).toBe("Check github.repository, and that the token has access to it");
  expect(judge(500)?.remedy).toBeNull();
});

test("single sign-on has its own words, and its link is not repeated", () => {
  const url = "https://github.com/orgs/acme/sso?authorization_request=AAAA";
  const failure = judge(403, { "x-github-sso": `required; url=${url}` });
  expect(failure).toEqual({
    reason: "auth",
    message: "The organization requires single sign-on (SSO) for the token",
    remedy: "Authorize the token for the organization's single sign-on in GitHub's token settings",
    notBeforeMs: null,
  });
  expect(judge(403, { "x-github-sso": "partial-results; organizations=1" })?.message).toBe(
    "GitHub refused access (403)",
  );
});

describe("limits", () => {
  const SECONDARY = "GitHub received too many requests in a short time (secondary rate limit)";
  const PRIMARY = "GitHub's rate limit for this token is used up";
  const secondaryText = '{"message":"You have exceeded a secondary rate limit. Please wait."}';

  test.each<[what: string, failure: HostFailure | null, message: string, waitS: number]>([
    ["403 with seconds", judge(403, { "retry-after": "30" }), SECONDARY, 30],
    ["429 with seconds", judge(429, { "retry-after": "30" }), SECONDARY, 30],
    ["429 without a word", judge(429), SECONDARY, 60],
    [
      "403 with a date",
      judge(403, { "retry-after": new Date(NOW_MS + 90_000).toUTCString() }),
      SECONDARY,
      90,
    ],
    ["403 by its words alone", judge(403, {}, secondaryText), SECONDARY, 60],
    [
      "403 of the older kind",
      judge(403, {}, "You have triggered an abuse detection mechanism"),
      SECONDARY,
      60,
    ],
    ["nothing left", judge(403, USED_UP), PRIMARY, 600],
    ["nothing left, 429", judge(429, USED_UP), PRIMARY, 600],
    ["both: what is said beats what is computed", judge(403, { ...USED_UP, "retry-after": "5" }), PRIMARY, 5],
    ["nothing left and no reset", judge(403, { "x-ratelimit-remaining": "0" }), PRIMARY, 60],
    [
      "a reset that has passed",
      judge(403, { ...USED_UP, "x-ratelimit-reset": String(NOW_S - 9) }),
      PRIMARY,
      60,
    ],
    ["a wait of years", judge(429, { "retry-after": "999999999" }), SECONDARY, 3600],
    ["a wait that is no number", judge(429, { "retry-after": "soon" }), SECONDARY, 60],
    [
      "a reset that is left from before",
      judge(429, { ...USED_UP, "x-ratelimit-remaining": "5" }),
      SECONDARY,
      60,
    ],
  ])("%s", (_, failure, message, waitS) => {
    expect(failure).toEqual({
      reason: "rate_limit",
      message,
      remedy: null,
      notBeforeMs: NOW_MS + waitS * 1000,
    });
  });

  test("a fault of the host may say when to come back", () => {
    expect(judge(503, { "retry-after": "120" })?.notBeforeMs).toBe(NOW_MS + 120_000);
  });
});

test.each<[headers: Record<string, string>, budget: object | null]>([
  [
    { "x-ratelimit-limit": "5000", "x-ratelimit-remaining": "4990", "x-ratelimit-reset": "1774353600" },
    { limit: 5000, remaining: 4990, resetAtMs: 1_774_353_600_000 },
  ],
  [{}, null],
  [{ "x-ratelimit-limit": "5000", "x-ratelimit-remaining": "-1", "x-ratelimit-reset": "1" }, null],
  [{ "x-ratelimit-limit": "many", "x-ratelimit-remaining": "1", "x-ratelimit-reset": "1" }, null],
])("the budget of %j", (headers, budget) => {
  expect(readBudget(new Headers(headers))).toEqual(budget);
});
