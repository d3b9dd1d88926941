// The one place where a request's path is decoded, once, before any route sees it (S9). Whatever could mean two things
// to two readers is refused: routes and the tree reader then only ever see plain names.

/** Longest request target: the longest filter a page links to is far shorter. */
export const TARGET_MAX_CHARACTERS = 4096;

export type RequestPath = {
  /** As sent, still encoded. */
  readonly raw: string;
  /** With `?`, or empty. */
  readonly search: string;
};

/** Splits the target of a request. Null for absolute-form, authority-form, fragments and every odd path. */
export function parseTarget(target: string): RequestPath | null {
  if (!target.startsWith("/") || /[^\x21-\x7e]|#/.test(target)) return null;
  const queryAt = target.indexOf("?");
  const raw = queryAt === -1 ? target : target.slice(0, queryAt);
  if (!isPlainPath(raw)) return null;
  return { raw, search: queryAt === -1 ? "" : target.slice(queryAt) };
}

/** Names of letters, digits and the marks that never need a second look; the common case, decided by one scan. */
const SIMPLE = /^(?:\/[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)*\/?$/i;

/**
 * Odd once decoded: a separator of another system, a second encoding, a drive or stream (`c:`, `::$DATA`),
 * a control character.
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
