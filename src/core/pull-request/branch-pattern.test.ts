import fc from "fast-check";
import { expect, test } from "vitest";
import { type BranchPattern, branchesOfSlug, parseBranchPattern, slugsOfBranch } from "./branch-pattern.ts";

function patterns(...texts: readonly string[]): readonly BranchPattern[] {
  return texts.map((text) => {
    const pattern = parseBranchPattern(text);
    if (pattern === null) throw new Error(`${text} is no pattern`);
    return pattern;
  });
}

const USUAL = patterns("task/{slug}", "*/{slug}");

test.each<[branch: string, slugs: readonly string[]]>([
  ["task/fix-ci", ["fix-ci"]],
  ["task/fix-ci-again", ["fix-ci-again"]],
  ["feature/fix-ci", ["fix-ci"]],
  ["dave/wip/fix-ci", ["fix-ci"]],
  ["task/deep/fix-ci", ["fix-ci"]],
  ["fix-ci", []],
  ["/fix-ci", []],
  ["task/", []],
  ["", []],
  ["TASK/Fix-CI", ["Fix-CI"]],
  ["task/ümlaut-😀", ["ümlaut-😀"]],
])("by the usual patterns %s may be of %j", (branch, slugs) => {
  expect(slugsOfBranch(branch, USUAL)).toEqual(slugs);
});

test.each<[pattern: string, branch: string, slug: string | null]>([
  ["{slug}", "fix-ci", "fix-ci"],
  ["{slug}", "task/fix-ci", null],
  ["task/{slug}", "my-task/fix-ci", null],
  ["task/{slug}", "task/fix-ci/2", null],
  ["task/{slug}/*", "task/fix-ci/2", "fix-ci"],
  ["task/{slug}/*", "task/fix-ci/a/b", "fix-ci"],
  ["task/{slug}/*", "task/fix-ci/", null],
  ["task/{slug}-v*", "task/fix-ci-v2", "fix-ci"],
  ["*/{slug}-wip", "dave/x/fix-ci-wip", "fix-ci"],
  ["*/{slug}-wip", "dave/fix-ci", null],
  ["*-{slug}", "dave-fix", "fix"],
  ["*/task-*/{slug}", "a/b/task-7/fix-ci", "fix-ci"],
  ["*/task-*/{slug}", "task-7/fix-ci", null],
  ["**/{slug}", "ab/fix-ci", "fix-ci"],
  ["**/{slug}", "a/fix-ci", null],
])("%s finds in %s: %s", (pattern, branch, slug) => {
  expect(slugsOfBranch(branch, patterns(pattern))).toEqual(slug === null ? [] : [slug]);
});

test("several patterns give several slugs, in their order, each once", () => {
  expect(slugsOfBranch("task/fix-ci", patterns("*/fix-{slug}", "task/{slug}", "*/{slug}"))).toEqual([
    "ci",
    "fix-ci",
  ]);
  expect(slugsOfBranch("task/fix-ci", [])).toEqual([]);
});

test.each(["", "task", "task/{slug}/{slug}", "task/{Slug}", "task/{ slug }"])("%j is no pattern", (text) => {
  expect(parseBranchPattern(text)).toBeNull();
});

test.each<[pattern: string, hit: string, miss: string]>([
  ["a.b/{slug}", "a.b/x", "aXb/x"],
  ["a+/{slug}", "a+/x", "aa/x"],
  ["(a|b)/{slug}", "(a|b)/x", "a/x"],
  ["[ab]/{slug}", "[ab]/x", "a/x"],
  ["a?/{slug}", "a?/x", "/x"],
  ["^a$/{slug}", "^a$/x", "a/x"],
  ["a{2}/{slug}", "a{2}/x", "aa/x"],
  ["\\d/{slug}", "\\d/x", "1/x"],
  ["(?<slug>/{slug}", "(?<slug>/x", "x"],
])("S15: characters of regular expressions stand for themselves: %s", (pattern, hit, miss) => {
  expect(slugsOfBranch(hit, patterns(pattern))).toEqual(["x"]);
  expect(slugsOfBranch(miss, patterns(pattern))).toEqual([]);
});

test.each<[pattern: string, branch: string]>([
  ["*a*a*a*a*a*a*a*a{slug}b", "a".repeat(4_000)],
  ["{slug}*a*a*a*a*a*a*a*b", "a".repeat(4_000)],
  ["*/*/*/*/*/*/*/{slug}!", "/".repeat(4_000)],
  [`${"*".repeat(30)}{slug}${"*".repeat(30)}!`, "x".repeat(4_000)],
  ["*{slug}*!", "ab".repeat(2_000)],
])("S15: a pattern of many stars is done with a long branch at once: %s", (pattern, branch) => {
  expect(slugsOfBranch(branch, patterns(pattern))).toEqual([]);
});

test("R14: a branch has a slug exactly when the pattern, written as a regular expression, matches it", () => {
  const part = fc.string({ unit: fc.constantFrom("a", "b", "/", "*"), maxLength: 4 });
  const branch = fc.string({ unit: fc.constantFrom("a", "b", "/"), maxLength: 9 });
  fc.assert(
    fc.property(part, part, branch, (before, after, name) => {
      const [slug] = slugsOfBranch(name, patterns(`${before}{slug}${after}`));
      const shape = (middle: string) =>
        new RegExp(`^${`${before}{slug}${after}`.replaceAll("*", ".+").replace("{slug}", () => middle)}$`);
      expect(slug !== undefined).toBe(shape("[^/]+").test(name));
      if (slug !== undefined) expect(name).toMatch(shape(slug));
    }),
    { numRuns: 5_000 },
  );
});

test.each<[slug: string, branches: readonly string[]]>([
  ["fix-ci", ["task/fix-ci", "fix-ci-wip"]],
  ["$&", ["task/$&", "$&-wip"]],
  ["__proto__", ["task/__proto__", "__proto__-wip"]],
])("only patterns without a star name branches: those of %s", (slug, branches) => {
  const named = patterns("task/{slug}", "*/{slug}", "{slug}-wip", "x/{slug}*");
  expect(branchesOfSlug(slug, named)).toEqual(branches);
  for (const branch of branches) expect(slugsOfBranch(branch, named)).toContain(slug);
});
