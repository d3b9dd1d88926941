// Requests as they come in over HTTP: who asks, what is answered, what is written down of it, and how it is sent when
// a fault is on its way.

import type { IncomingMessage, ServerResponse } from "node:http";
import { inspect } from "node:util";
import type { LocalBudget, Resource } from "./accounts.ts";
import { type Answer, budgetHeaders, jsonAnswer, messageAnswer } from "./answer.ts";
import { answerQuery } from "./execute-query.ts";
import { faultAnswer } from "./fault-answers.ts";
import type { Fault } from "./faults.ts";
import { answerRest } from "./rest.ts";
import { send } from "./send.ts";
import type { World } from "./world.ts";

export type RequestRecord = {
  readonly method: string;
  /** With what is asked for; never a token. */
  readonly path: string;
  readonly resource: Resource;
  /** Null for a token that the server does not know. */
  readonly login: string | null;
  /** It had an If-None-Match. */
  readonly conditional: boolean;
  /** Null as long as there is no answer, or when the connection was cut instead. */
  status: number | null;
  /** Taken from the budget of its resource. */
  cost: number;
};

/** GraphQL queries are small. */
const BODY_BYTES_MAX = 1_000_000;

/** A prefix of GitHub Enterprise, which means the same. */
const ENTERPRISE_PREFIX = /^\/api(?:\/v3)?(?=\/)/;

/** Answers requests, each with a record that is added when it comes in. */
export function createListener(world: World, requests: RequestRecord[]) {
  return (incoming: IncomingMessage, response: ServerResponse): void => {
    answer(world, requests, incoming, response).catch((error: unknown) => {
      // Who has hung up hears nothing; a fault of the local GitHub itself says what it is.
      if (incoming.destroyed && !incoming.complete) return;
      send(response, messageAnswer(500, `the local GitHub failed: ${inspect(error)}`), null);
    });
  };
}

async function answer(
  world: World,
  requests: RequestRecord[],
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(incoming.url ?? "/", `http://${incoming.headers.host}`);
  url.pathname = url.pathname.replace(ENTERPRISE_PREFIX, "");
  const resource = url.pathname === "/graphql" ? "graphql" : "core";
  const token = tokenOf(incoming.headers.authorization);
  const login = world.accounts.loginOf(token);
  const record: RequestRecord = {
    method: incoming.method ?? "GET",
    path: world.accounts.withoutTokens(incoming.url ?? "/"),
    ...{ resource, login, status: null, cost: 0 },
    conditional: incoming.headers["if-none-match"] !== undefined,
  };
  requests.push(record);
  const fault = world.faults.take(resource);
  const body = await readBody(incoming);
  const budget = (): LocalBudget =>
    login === null ? noBudget(world.now()) : world.accounts.budget(login, resource);
  const { headers, ...given } =
    (fault && faultAnswer(fault, budget())) ??
    (await trueAnswer(world, { incoming, url, token, login, body, fault }));
  record.cost = given.cost;
  if (fault?.kind !== "cut_before_headers") record.status = given.status;
  const always = { date: new Date(world.now()).toUTCString(), ...budgetHeaders(budget(), resource) };
  send(response, { ...given, headers: { ...always, ...headers } }, fault);
}

/** Without an account GitHub reports 0 of 0 requests left; that is not a rate limit. */
function noBudget(nowMs: number): LocalBudget {
  return { limit: 0, remaining: 0, used: 0, resetAtMs: nowMs };
}

type Heard = {
  readonly incoming: IncomingMessage;
  readonly url: URL;
  readonly token: string;
  readonly login: string | null;
  readonly body: string;
  readonly fault: Fault | null;
};

async function trueAnswer(
  world: World,
  { incoming, url, token, login, body, fault }: Heard,
): Promise<Answer> {
  const { method = "GET", headers } = incoming;
  if (headers["user-agent"] === undefined)
    return messageAnswer(403, "Request forbidden by administrative rules.");
  if (login === null) return messageAnswer(401, "Bad credentials");
  if (url.pathname !== "/graphql") {
    return answerRest(world, { method, url, login, token, ifNoneMatch: headers["if-none-match"] });
  }
  if (method !== "POST") return messageAnswer(404, "Not Found");
  const asked = parseBody(body);
  if (asked === null) return messageAnswer(400, "Problems parsing JSON");
  if (typeof asked.query !== "string") {
    return jsonAnswer(200, {
      errors: [{ message: "A query attribute must be specified and must be a string." }],
    });
  }
  return answerQuery(world, {
    query: asked.query,
    variables: asked.variables ?? {},
    operationName: asked.operationName ?? undefined,
    login,
    partial: fault?.kind === "partial" ? fault : null,
  });
}

type AskedBody = {
  readonly query?: unknown;
  readonly variables?: Readonly<Record<string, unknown>> | null;
  readonly operationName?: string | null;
};

function parseBody(body: string): AskedBody | null {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" ? value : null;
  } catch {
    return null;
  }
}

/** Empty without one. GitHub takes either word, in any case. */
function tokenOf(authorization = ""): string {
  return /^(?:token|bearer) +(\S+)$/i.exec(authorization)?.[1] ?? "";
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= BODY_BYTES_MAX) chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
