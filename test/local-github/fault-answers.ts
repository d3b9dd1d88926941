// The faults that are answers of another kind: what GitHub says word for word where it is known.

import type { LocalBudget } from "./accounts.ts";
import { type Answer, htmlAnswer, jsonAnswer, messageAnswer } from "./answer.ts";
import type { Fault } from "./faults.ts";

/** As GitHub proposes it, in seconds. */
const RETRY_AFTER_S = 60;

/** What takes the place of the true answer; null for a fault that changes the true answer or its way to the client. */
export function faultAnswer(fault: Fault, budget: LocalBudget): Answer | null {
  switch (fault.kind) {
    case "unauthorized":
      return messageAnswer(401, "Bad credentials");
    case "forbidden":
      return messageAnswer(403, "Resource not accessible by personal access token");
    case "primary_limit":
      return messageAnswer(403, "API rate limit exceeded for user ID 1.", {
        "x-ratelimit-remaining": "0",
        "x-ratelimit-used": String(budget.limit),
      });
    case "secondary_limit":
      return messageAnswer(
        403,
        "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
        retryAfter(fault.retryAfterS),
      );
    case "too_many_requests":
      return messageAnswer(429, "Too many requests", retryAfter(fault.retryAfterS));
    case "server_error":
      // GitHub's own failures come as JSON, those of its front as a page.
      return fault.status === 500 ? messageAnswer(500, "Server Error") : htmlAnswer(fault.status, "Unicorn!");
    case "html_page":
      return htmlAnswer(200, "Sign in to the network");
    case "invalid_json":
      return { ...jsonAnswer(200, null), body: '{"data":{"repository":{"pullRequ' };
    case "huge_body":
      return { ...jsonAnswer(200, null), body: `${" ".repeat(fault.sizeBytes)}{}` };
    case "errors_only":
      return jsonAnswer(200, { errors: fault.errors ?? [RATE_LIMITED] });
    case "partial":
    case "slow":
    case "stall":
    case "cut_before_headers":
    case "cut_in_body":
      return null;
  }
}

function retryAfter(seconds: number | null = RETRY_AFTER_S): Answer["headers"] {
  return seconds === null ? {} : { "retry-after": String(seconds) };
}

const RATE_LIMITED = { type: "RATE_LIMITED", message: "API rate limit exceeded for user ID 1." };
