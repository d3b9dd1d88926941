// Decodes a request's path, once, before any route sees it (S9). Ambiguous paths are rejected, so routes and the tree
// reader only see plain names.

/** Longest request target; the longest filter link is far shorter. */
export const TARGET_MAX_CHARACTERS = 4096;

export type RequestPath = {
  /** As sent, still encoded. */
  readonly raw: string;
  /** With `?`, or empty. */
  readonly search: string;
};

/** Splits a request target. Null for absolute-form, authority-form, fragments and any ambiguous path. */
export function parseTarget(target: string): RequestPath | null {
  if (!target.startsWith("/") || /[^\x21-\x7e]|#/.test(target)) return null;
  const queryAt = target.indexOf("?");
  const raw = queryAt === -1 ? target : target.slice(0, queryAt);
  if (!isPlainPath(raw)) return null;
  return { raw, search: queryAt === -1 ? "" : target.slice(queryAt) };
}

/** Names that need no further check; one scan decides the common case. */
const SIMPLE = /^(?:\/[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)*\/?$/i;

/**
 * Not allowed after decoding: another system's separator, a second encoding, a drive or stream (`c:`, `::$DATA`), a
 * control character.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the point.
const ODD = /[\\%:\u0000-\u001f\u007f]/;

function isPlainPath(raw: string): boolean {
  if (SIMPLE.test(raw)) return true;
  const decoded = decodeOnce(raw);
  if (decoded === null || ODD.test(decoded)) return false;
  // An encoded slash would split one segment into two.
  if (decoded.split("/").length !== raw.split("/").length) return false;
  return decoded.slice(1).split("/").every(isPlainSegment);
}

/** Empty segments (`//`), `.` and `..`, and names that Windows would shorten (a dot or space at the end). */
function isPlainSegment(segment: string, at: number, all: readonly string[]): boolean {
  if (segment === "") return at === all.length - 1;
  return !/^\.|[. ]$/.test(segment);
}

/** Null for a broken escape and for bytes that are not UTF-8, overlong forms included. */
function decodeOnce(raw: string): string | null {
  try {
    return decodeURIComponent(raw);
  } catch {
    return null;
  }
}
const HOME = "/status";
/** Where a browser goes after an action: back to its page, never to another site (S22). */
export function localPath(asked: string | undefined): string {
  if (asked === undefined || asked.length > TARGET_MAX_CHARACTERS) return HOME;
  // `//host`, `/\host` and absolute addresses are not plain paths.
  return parseTarget(asked) === null ? HOME : asked;
}
