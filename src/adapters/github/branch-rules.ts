// What the base branch demands before it takes a merge, as far as a reader of the repository may see it: GitHub has
// the older rules of a branch and the newer rulesets, and both count.

import * as z from "zod";
import { branchSchema, cutText } from "./api/answer-shapes.ts";

export const branchRuleSchema = z.object({
  requiredStatusCheckContexts: z.array(z.string().nullable()).nullish(),
  requiresCodeOwnerReviews: z.boolean(),
  requiresConversationResolution: z.boolean(),
  requiresLinearHistory: z.boolean(),
  requiresSignatures: z.boolean(),
});
type BranchRule = z.infer<typeof branchRuleSchema>;

/** What an answer says of the repository, beside its pull requests. */
export type RepositoryRules = {
  readonly defaultBranch: string | null;
  /** Required by rulesets of the default branch; null where they are not known. */
  readonly requiredChecks: readonly string[] | null;
};

export const NO_RULES: RepositoryRules = { defaultBranch: null, requiredChecks: null };

const repositorySchema = z.object({
  defaultBranchRef: z
    .object({
      name: branchSchema,
      rules: z
        .object({
          nodes: z.array(
            z
              .object({
                parameters: z
                  .object({ requiredStatusChecks: z.array(z.object({ context: z.string() })).optional() })
                  .nullish(),
              })
              .nullable(),
          ),
        })
        .nullish(),
    })
    .nullish(),
});

export function readRepositoryRules(repository: unknown): RepositoryRules {
  const branch = repositorySchema.safeParse(repository).data?.defaultBranchRef;
  if (branch == null) return NO_RULES;
  const checks = branch.rules?.nodes.flatMap((rule) => rule?.parameters?.requiredStatusChecks ?? []);
  return {
    defaultBranch: branch.name,
    requiredChecks: checks?.map(({ context }) => cutText(context, NAME_LENGTH_MAX)) ?? null,
  };
}

/** Names of the checks that the base requires; null where its rules are not known. */
export function requiredChecks(
  base: string,
  rule: BranchRule | null,
  { defaultBranch, requiredChecks: ofRulesets }: RepositoryRules,
): readonly string[] | null {
  const ofRule = (rule?.requiredStatusCheckContexts ?? []).flatMap((name) => name ?? []);
  // Rulesets of other branches are not asked for: without a rule that can be seen, nothing is known of those.
  if (base !== defaultBranch || ofRulesets === null) return ofRule.length === 0 ? null : ofRule;
  return [...new Set([...ofRule, ...ofRulesets])];
}

/** What may block a merge beside checks and reviews, which have words of their own. */
export function rulesInWords(rule: BranchRule | null): readonly string[] {
  if (rule === null) return [];
  return [
    ...(rule.requiresCodeOwnerReviews ? ["a review by a code owner"] : []),
    ...(rule.requiresConversationResolution ? ["resolved review threads"] : []),
    ...(rule.requiresLinearHistory ? ["a linear history"] : []),
    ...(rule.requiresSignatures ? ["signed commits"] : []),
  ];
}

const NAME_LENGTH_MAX = 200;
