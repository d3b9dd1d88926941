// An HTTP answer as bytes. The body is a list of parts, so that a small part that changes (the age) can stand beside
// large parts that all requests share, without copying.

export type Answer = {
  readonly status: number;
  /** Name, value, name, value: the form that node:http writes fastest. Content-Length is added on writing. */
  readonly headers: readonly string[];
  readonly body: readonly Buffer[];
  /**
   * Follows `body` if the whole is too large for memory: each slice is made once the client has taken the one before.
   * Such an answer has no Content-Length.
   */
  readonly slices?: Iterable<Buffer>;
};

/** Snapshot answers must not be stored: a browser could show an old age as if it were new (F7). */
export const NEVER_STORED = ["Cache-Control", "private, no-store"] as const;

export const HTML_TYPE = "text/html; charset=utf-8";
export const JSON_TYPE = "application/json; charset=utf-8";

export type TextAnswer = {
  readonly status?: number;
  readonly type: string;
  readonly text: string;
  readonly headers?: readonly string[];
};

export function textAnswer({ status = 200, type, text, headers = NEVER_STORED }: TextAnswer): Answer {
  return { status, headers: ["Content-Type", type, ...headers], body: [Buffer.from(text, "utf8")] };
}

export function htmlAnswer(html: string, status = 200): Answer {
  return textAnswer({ status, type: HTML_TYPE, text: html });
}

/** 304 with the headers of the 200, except those that describe the body. */
export function notModified(headers: readonly string[]): Answer {
  return { status: 304, headers, body: [] };
}

/** Whether `If-None-Match` contains this tag, by weak comparison (RFC 9110, 13.1.2). */
export function tagMatches(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch === tag || ifNoneMatch.trim() === "*") return true;
  const opaque = tag.replace(/^W\//, "");
  return ifNoneMatch.split(",").some((candidate) => candidate.trim().replace(/^W\//, "") === opaque);
}
