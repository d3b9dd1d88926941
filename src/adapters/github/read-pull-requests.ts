// The current facts of pull requests: one query for all of them. A failure of one does not affect the others.

import * as z from "zod";
import type { PullRequest } from "../../core/contract/pull-request.ts";
import { quote } from "../../core/text/quote.ts";
import { redactSecrets } from "../../core/text/redact-secrets.ts";
import {
  type Budget,
  type FoundPullRequests,
  type HostAnswer,
  type HostFailure,
  WANTED_PER_REQUEST,
  type WantedPullRequest,
} from "../../ports/git/pull-request-host.ts";
import { BRANCH_LENGTH_MAX } from "./api/answer-shapes.ts";
import { askGraphql, type GraphqlAnswer, type GraphqlError } from "./api/ask-graphql.ts";
import { type Connection, failure } from "./api/connection.ts";
import type { Token } from "./api/find-token.ts";
import { LIMIT_WORDS, maySee, missing, NEEDS_SIGN_ON, rateLimit } from "./api/judge-answer.ts";
import { type RepositoryRules, readRepositoryRules } from "./branch-rules.ts";
import { aliasOf, buildQuery, EXTRAS } from "./pull-request-query.ts";
import { readPullRequest } from "./read-pull-request.ts";

type Question = { readonly wanted: readonly WantedPullRequest[]; readonly signal: AbortSignal };

/** Never throws; sends one request, or none if nothing can be queried. */
export async function readPullRequests(
  connection: Connection,
  { wanted, signal }: Question,
): Promise<HostAnswer<readonly FoundPullRequests[]>> {
  const asked = wanted.filter(canBeQueried);
  if (asked.length === 0)
    return { kind: "answered", value: wanted.map(withoutAny), budget: null, requests: 0 };
  const answer = await askGraphql(connection, { ...buildQuery(connection, asked), signal });
  const { budget, requests } = answer;
  if (answer.kind === "failed") return { kind: "failed", failure: answer.failure, budget, requests };
  const repository = repositorySchema.safeParse(answer.data).data?.repository;
  if (repository == null)
    return { kind: "failed", failure: whyNothing(answer, connection), budget, requests };
  const found = new Map(
    asked.map((one, index) => [one, readFound(one, aliasOf(index), { repository, answer, connection })]),
  );
  if ([...found.values()].every((one) => one === null) && answer.errors.some(isForbidden))
    return {
      kind: "failed",
      failure: maySee("This token may not see what was requested from GitHub"),
      budget,
      requests,
    };
  const value = wanted.map((one) => ({
    wanted: one,
    pullRequests: found.has(one) ? (found.get(one) ?? null) : [],
  }));
  return { kind: "answered", value, budget, requests };
}

const repositorySchema = z.object({ repository: z.record(z.string(), z.unknown()).nullable() });

/** GraphQL integers have 32 bits; an invalid one would fail the whole query. Nothing has such a name anyway. */
function canBeQueried(wanted: WantedPullRequest): boolean {
  return wanted.kind === "number"
    ? Number.isInteger(wanted.number) && wanted.number > 0 && wanted.number < 2 ** 31
    : wanted.branch !== "" && wanted.branch.length <= BRANCH_LENGTH_MAX;
}

function withoutAny(wanted: WantedPullRequest): FoundPullRequests {
  return { wanted, pullRequests: [] };
}

type Answered = {
  readonly repository: Readonly<Record<string, unknown>>;
  readonly answer: Extract<GraphqlAnswer, { readonly kind: "answered" }>;
  readonly connection: Connection;
};

/** Null: could not be read this time. */
function readFound(
  wanted: WantedPullRequest,
  alias: string,
  { repository, answer, connection }: Answered,
): readonly PullRequest[] | null {
  const rules = readRepositoryRules(repository);
  const errors = answer.errors.filter(({ path }) => path[1] === alias && !EXTRAS.has(path.at(-1) ?? ""));
  const found = repository[alias];
  if (wanted.kind === "number") {
    if (found == null && errors.some(({ type, path }) => type === "NOT_FOUND" && path.length === 2))
      return [];
    return errors.length > 0 ? null : readAll([found], connection, rules);
  }
  const { data } = branchAnswerSchema.safeParse(found);
  if (errors.length > 0 || data === undefined) return null;
  const all = readAll(data.nodes, connection, rules);
  return all === null ? null : all.filter(({ branch }) => branch === wanted.branch);
}

const branchAnswerSchema = z.object({ nodes: z.array(z.unknown()) });

/** Null if any is invalid: it may be the newest. */
function readAll(
  nodes: readonly unknown[],
  connection: Connection,
  rules: RepositoryRules,
): readonly PullRequest[] | null {
  const all = nodes.flatMap((node) => readPullRequest(node, connection, rules) ?? []);
  return all.length === nodes.length ? all : null;
}

/** Why there is no repository in the answer. */
function whyNothing(
  { errors, data, headers }: Answered["answer"],
  { nowMs, token }: Connection,
): HostFailure {
  const has = (test: (error: GraphqlError) => boolean) => errors.some(test);
  if (has(({ type, message }) => LIMIT_TYPE.test(type ?? "") || LIMIT_WORDS.test(message)))
    return rateLimit(headers, nowMs());
  if (has(({ extensions }) => extensions?.saml_failure === true)) return NEEDS_SIGN_ON;
  if (has(isForbidden)) return maySee("This token may not see the repository on GitHub");
  if (has(({ type, path }) => type === "NOT_FOUND" && path[0] === "repository")) return missing();
  if (has(({ message }) => WENT_WRONG.test(message)))
    return failure("server", "GitHub could not answer: it had an error or took too long");
  const [first] = errors;
  if (first !== undefined)
    return failure("malformed", `GitHub rejected the query: ${quoteText(first.message, token)}`);
  return repositorySchema.safeParse(data).success
    ? missing()
    : failure("malformed", "GitHub's answer did not match the query");
}

/** A host may repeat the token in its message; it must not be shown (S20). */
function quoteText(text: string, token: Token): string {
  return quote(redactSecrets(text.replaceAll(token.text, "[redacted]")));
}

function isForbidden({ type }: GraphqlError): boolean {
  return type === "FORBIDDEN" || type === "INSUFFICIENT_SCOPES";
}

const LIMIT_TYPE = /^RATE_LIMIT(?:ED)?$/;
const WENT_WRONG = /something went wrong|timedout|timed out|timeout/i;

export type AskBatch = (
  wanted: readonly WantedPullRequest[],
) => Promise<HostAnswer<readonly FoundPullRequests[]>>;

/**
 * How many pull requests one query asks for, at first the full number. GitHub gives up on a query after about ten
 * seconds, and fifty pull requests with a hundred checks each may be too much: the query would fail every time. So after
 * two such failures in a row the batch size is halved, and after some hours the full size is tried again.
 */
export function createBatchSize(nowMs: () => number) {
  let size = WANTED_PER_REQUEST;
  let shrunkAtMs = 0;
  let failures = 0;

  function learn(answer: HostAnswer<unknown>): void {
    failures = isTooHeavy(answer) ? failures + 1 : 0;
    if (failures < FAILURES_IN_A_ROW || size <= SIZE_MIN) return;
    size = Math.ceil(size / 2);
    shrunkAtMs = nowMs();
    failures = 0;
  }

  return {
    /** Asks for all, one batch after the other; the first failure ends it. */
    async ask(
      wanted: readonly WantedPullRequest[],
      askBatch: AskBatch,
    ): Promise<HostAnswer<readonly FoundPullRequests[]>> {
      if (nowMs() - shrunkAtMs > RESET_AFTER_MS) size = WANTED_PER_REQUEST;
      const value: FoundPullRequests[] = [];
      let budget: Budget | null = null;
      let requests = 0;
      for (const batch of cut(wanted, size)) {
        const answer = await askBatch(batch);
        learn(answer);
        budget = answer.budget ?? budget;
        requests += answer.requests;
        if (answer.kind === "failed") return { ...answer, budget, requests };
        value.push(...answer.value);
      }
      return { kind: "answered", value, budget, requests };
    },
  };
}

/** A single failure may have any cause. */
const FAILURES_IN_A_ROW = 2;
/** No host fails for so few: something else is wrong. */
const SIZE_MIN = 10;
/** The host may only have been slow for a while. */
const RESET_AFTER_MS = 6 * 3_600_000;

function isTooHeavy(answer: HostAnswer<unknown>): boolean {
  return (
    answer.kind === "failed" && (answer.failure.reason === "timeout" || answer.failure.reason === "server")
  );
}

function cut<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}
