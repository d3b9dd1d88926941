// Everything that is known to go wrong between a client and GitHub, to be ordered by a test: for the next n requests or
// until cleared, for both APIs or one of them. One request meets one fault, the oldest that is for it.

import type { Resource } from "./accounts.ts";

/** As GraphQL answers them: `type` stands beside the message. */
export type GraphqlErrorText = { readonly type: string; readonly message: string };

export type Fault =
  /** 401, the token is refused. */
  | { readonly kind: "unauthorized" }
  /** 403 although the budget is not used up: the token may not see this. */
  | { readonly kind: "forbidden" }
  /** 403, the budget is used up until the reset. */
  | { readonly kind: "primary_limit" }
  /** 403 although the budget is not used up: too much in too short a time. With Retry-After unless that is null. */
  | { readonly kind: "secondary_limit"; readonly retryAfterS?: number | null }
  /** 429 with Retry-After. */
  | { readonly kind: "too_many_requests"; readonly retryAfterS?: number }
  | { readonly kind: "server_error"; readonly status: 500 | 502 | 503 }
  /** Status 200 and a page: a proxy or a sign-in page that answers instead. */
  | { readonly kind: "html_page" }
  /** The true answer, late. */
  | { readonly kind: "slow"; readonly delayMs: number }
  /** Headers at once, then nothing forever. */
  | { readonly kind: "stall" }
  | { readonly kind: "cut_before_headers" }
  | { readonly kind: "cut_in_body" }
  | { readonly kind: "invalid_json" }
  /** Spaces, so many, then valid JSON; without a Content-Length. */
  | { readonly kind: "huge_body"; readonly sizeBytes: number }
  /** GraphQL, 200: no data at all. */
  | { readonly kind: "errors_only"; readonly errors?: readonly GraphqlErrorText[] }
  /**
   * GraphQL, 200: null and an error for these pull requests and lists of these branches, the rest is true. With `field`
   * ("Commit.statusCheckRollup") only that field of theirs is null; of everyone when none are given.
   */
  | {
      readonly kind: "partial";
      readonly pullRequests?: readonly number[];
      readonly branches?: readonly string[];
      readonly field?: string;
      readonly error?: GraphqlErrorText;
    };

export type PartialFault = Extract<Fault, { kind: "partial" }>;

export type FaultScope = {
  /** REST or GraphQL alone. */
  readonly only?: "rest" | "graphql";
  /** So many requests; until cleared unless said. */
  readonly times?: number;
};

export type Faults = {
  /** Calling what it returns takes this one back. */
  add(fault: Fault, scope?: FaultScope): () => void;
  clear(): void;
  /** What happens to the request that has just come in. */
  take(resource: Resource): Fault | null;
};

/** None yet. */
export function createFaults(): Faults {
  let ordered: { readonly fault: Fault; readonly scope: FaultScope; left: number }[] = [];
  return {
    add: (fault, scope = {}) => {
      const added = { fault, scope, left: scope.times ?? Number.POSITIVE_INFINITY };
      ordered.push(added);
      return () => {
        ordered = ordered.filter((other) => other !== added);
      };
    },
    clear: () => {
      ordered = [];
    },
    take: (resource) => {
      const met = ordered.find(({ fault, scope }) => isFor(fault, scope, resource));
      if (met === undefined) return null;
      met.left -= 1;
      ordered = ordered.filter(({ left }) => left > 0);
      return met.fault;
    },
  };
}

function isFor({ kind }: Fault, { only }: FaultScope, resource: Resource): boolean {
  if (kind === "partial" || kind === "errors_only") return resource === "graphql";
  return only === undefined || (only === "graphql") === (resource === "graphql");
}
