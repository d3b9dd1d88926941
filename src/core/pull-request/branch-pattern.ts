// Which task a branch belongs to, by its name: patterns such as `task/{slug}` and `*/{slug}` (setting github.branches).
// A slug is matched whole: `task/fix-ci-again` is not `fix-ci`'s.

/** `{slug}` stands for a slug, `*` for anything that is not empty. */
export type BranchPattern = { readonly text: string; readonly expression: RegExp };

const SLUG = "{slug}";

/** Null for a pattern that does not name `{slug}` exactly once. */
export function parseBranchPattern(text: string): BranchPattern | null {
  const parts = text.split(SLUG);
  if (parts.length !== 2) return null;
  const [before = "", after = ""] = parts.map(literally);
  return { text, expression: new RegExp(`^${before}([^/]+)${after}$`) };
}

function literally(part: string): string {
  return part
    .split("*")
    .map((text) => text.replace(/[\\^$.|?+()[\]{}]/g, "\\$&"))
    .join(".+");
}

/** The slugs that a branch may belong to, in order of the patterns, each once. */
export function slugsOfBranch(branch: string, patterns: readonly BranchPattern[]): readonly string[] {
  const slugs = patterns.flatMap(({ expression }) => expression.exec(branch)?.[1] ?? []);
  return [...new Set(slugs)];
}

/** The branches that the patterns name exactly for a slug: those without a `*`. */
export function branchesOfSlug(slug: string, patterns: readonly BranchPattern[]): readonly string[] {
  return patterns.flatMap(({ text }) => (text.includes("*") ? [] : [text.replace(SLUG, () => slug)]));
}
