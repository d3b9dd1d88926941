// Which task a branch belongs to, by its name: patterns such as `task/{slug}` and `*/{slug}` (setting github.branches).
// A slug is matched whole: `task/fix-ci-again` is not `fix-ci`'s.
//
// Matched by hand, not by a regular expression: one with several `.+` takes exponential time on some branches (S15).

/** `{slug}` matches a slug, `*` anything that is not empty. */
export type BranchPattern = { readonly text: string; readonly before: Pieces; readonly after: Pieces };

/** The texts between the stars; never empty. */
type Pieces = readonly string[];

const SLUG = "{slug}";

/** Null for a pattern that does not name `{slug}` exactly once. */
export function parseBranchPattern(text: string): BranchPattern | null {
  const parts = text.split(SLUG);
  if (parts.length !== 2) return null;
  const [before = "", after = ""] = parts;
  return { text, before: before.split("*"), after: after.split("*") };
}

/** The slugs that a branch may belong to, in order of the patterns, each once. */
export function slugsOfBranch(branch: string, patterns: readonly BranchPattern[]): readonly string[] {
  const slugs = patterns.flatMap((pattern) => slugIn(branch, pattern) ?? []);
  return [...new Set(slugs)];
}

/** The branches that the patterns name exactly for a slug: those without a `*`. */
export function branchesOfSlug(slug: string, patterns: readonly BranchPattern[]): readonly string[] {
  return patterns.flatMap(({ text }) => (text.includes("*") ? [] : [text.replace(SLUG, () => slug)]));
}

/** Stars before the slug take as much as they can, then the slug does. */
function slugIn(branch: string, { before, after }: BranchPattern): string | null {
  const starts = endsOfPrefix(branch, before);
  const ends = endsOfPrefix(reversed(branch), after.toReversed().map(reversed)).map(
    (length) => branch.length - length,
  );
  for (const start of starts.toReversed()) {
    const slash = branch.indexOf("/", start);
    const end = ends.find((at) => at > start && (slash < 0 || at <= slash));
    if (end !== undefined) return branch.slice(start, end);
  }
  return null;
}

/** Where a prefix of that shape may end, shortest first. */
function endsOfPrefix(text: string, pieces: Pieces): readonly number[] {
  const [first = "", ...rest] = pieces;
  if (!text.startsWith(first)) return [];
  if (rest.length === 0) return [first.length];
  const last = rest.at(-1) ?? "";
  let end = first.length;
  for (const piece of rest.slice(0, -1)) {
    const at = text.indexOf(piece, end + 1);
    if (at < 0) return [];
    end = at + piece.length;
  }
  const ends: number[] = [];
  for (let at = text.indexOf(last, end + 1); at >= 0; at = text.indexOf(last, at + 1)) {
    ends.push(at + last.length);
    if (at >= text.length) break;
  }
  return ends;
}

function reversed(text: string): string {
  return text.split("").reverse().join("");
}
