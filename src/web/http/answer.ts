// An answer as bytes: what routes return, whoever writes it. The body is a list of parts, so that one small part of
// this moment (the age) can stand beside large ones that all requests share, and nothing large is copied per request.

export type Answer = {
  readonly status: number;
  /** Name, value, name, value: the form node:http writes fastest. Content-Length is added when it is written. */
  readonly headers: readonly string[];
  readonly body: readonly Buffer[];
  /**
   * What follows `body`, where the whole is too large to be held: each part is made when the client has taken the one
   * before. Such an answer has no Content-Length.
   */
  readonly slices?: Iterable<Buffer>;
};

/** Snapshot answers are kept by nobody: a browser that kept one could show its old age as if it were new (F7). */
export const NEVER_STORED = ["Cache-Control", "private, no-store"] as const;

export const HTML_TYPE = "text/html; charset=utf-8";
export const JSON_TYPE = "application/json; charset=utf-8";

export type TextAnswer = {
  readonly status?: number;
  readonly type: string;
  readonly text: string;
  readonly headers?: readonly string[];
};

/** An answer made of one text. */
export function textAnswer({ status = 200, type, text, headers = NEVER_STORED }: TextAnswer): Answer {
  return { status, headers: ["Content-Type", type, ...headers], body: [Buffer.from(text, "utf8")] };
}

export function htmlAnswer(html: string, status = 200): Answer {
  return textAnswer({ status, type: HTML_TYPE, text: html });
}

/** 304: the headers that a 200 would carry, but those that describe the body. */
export function notModified(headers: readonly string[]): Answer {
  return { status: 304, headers, body: [] };
}

/** For hono: the same bytes as a Response. HEAD is hono's business: it drops the body and keeps the headers. */
export function toResponse(answer: Answer): Response {
  const headers = new Headers();
  for (let at = 0; at + 1 < answer.headers.length; at += 2) {
    headers.append(answer.headers[at] ?? "", answer.headers[at + 1] ?? "");
  }
  if (answer.status === 304) return new Response(null, { status: 304, headers });
  const body = Buffer.concat(answer.body);
  headers.set("Content-Length", String(body.byteLength));
  return new Response(body, { status: answer.status, headers });
}

/** Whether `If-None-Match` names this tag. Weak comparison, as RFC 9110 section 13.1.2 wants it. */
export function tagMatches(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch === tag || ifNoneMatch.trim() === "*") return true;
  const opaque = tag.replace(/^W\//, "");
  return ifNoneMatch.split(",").some((candidate) => candidate.trim().replace(/^W\//, "") === opaque);
}
