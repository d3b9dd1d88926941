// Parses `/status.json?limit=&cursor=`. Unlike a page, a program gets an exact answer or an error: ignoring a filter
// would give a wrong answer.

import { hash } from "node:crypto";
import { parseStatusQuery, type StatusQuery } from "../../addresses/status-query.ts";
import type { WebProblem } from "../../http/problem-json.ts";
import { parameterInvalid } from "../../http/problem-json.ts";

export type TaskPageQuery = {
  readonly limit: number;
  /** Null for the first page. */
  readonly cursor: PageCursor | null;
  readonly filter: StatusQuery;
  /** Everything that decides which tasks the list has, as text. */
  readonly question: string;
};

type Asked =
  | { readonly kind: "asked"; readonly query: TaskPageQuery }
  | { readonly kind: "refused"; readonly problem: WebProblem };

/** About 140 KB. */
const LIMIT_USUAL = 100;
/** About 700 KB and 5 ms of work, the most that other requests wait. */
const LIMIT_MAX = 500;

/** Parameters with fixed values. */
const CHOICES = ["group", "priority", "flag"] as const;

/** Whether the address asks for a page. */
export function asksForPage(params: URLSearchParams): boolean {
  return params.has("limit") || params.has("cursor");
}

export function parseTaskPageQuery(params: URLSearchParams): Asked {
  const limit = readLimit(params.get("limit"));
  if (limit === null) return refused("limit", `a whole number from 1 to ${LIMIT_MAX}`);
  const filter = parseStatusQuery(params);
  const unread = CHOICES.find((name) => params.get(name) && filter[name] === null);
  if (unread !== undefined) return refused(unread, "one of the values in the HTTP API docs");
  const question = questionOf(filter);
  const given = params.get("cursor");
  const cursor = given === null ? null : readCursor(given, question);
  if (given !== null && cursor === null)
    return refused("cursor", "an unchanged “next_cursor”, with the same owner and filters");
  return { kind: "asked", query: { limit, cursor, filter, question } };
}

function readLimit(given: string | null): number | null {
  if (given === null) return LIMIT_USUAL;
  const limit = /^[1-9]\d{0,3}$/.test(given) ? Number(given) : Number.NaN;
  return limit <= LIMIT_MAX ? limit : null;
}

function questionOf({ owner, group, workstream, milestone, initiative, priority, ...rest }: StatusQuery) {
  const { flag, pause, text } = rest;
  return JSON.stringify([owner, group, workstream, milestone, initiative, priority, flag, pause, text]);
}

function refused(name: string, expected: string): Asked {
  return { kind: "refused", problem: parameterInvalid(name, expected) };
}
/**
 * The snapshot that is read, and the last task returned. A cursor is sealed together with the query, so a changed cursor
 * or other filters are refused rather than misread.
 */
export type PageCursor = {
  readonly epoch: number;
  readonly seq: number;
  /** Key of the previous page's last task. */
  readonly after: string;
};
const SEAL_CHARACTERS = 16;
/** `question`: everything that decides which tasks the list has. */
export function writeCursor({ epoch, seq, after }: PageCursor, question: string): string {
  const text = Buffer.from(JSON.stringify([epoch, seq, after]), "utf8").toString("base64url");
  return `${text}.${sealOf(text, question)}`;
}
/** Null unless writeCursor() made it for this question. */

function readCursor(cursor: string, question: string): PageCursor | null {
  const [text = "", seal] = cursor.split(".");
  if (seal !== sealOf(text, question)) return null;
  const [epoch, seq, after] = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
  return { epoch, seq, after };
}
/** Not a secret: a forged cursor reads nothing that is not readable anyway. */

function sealOf(text: string, question: string): string {
  return hash("sha256", JSON.stringify([text, question]), "base64url").slice(0, SEAL_CHARACTERS);
}
