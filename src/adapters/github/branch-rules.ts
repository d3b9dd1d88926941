// What the base branch requires before a merge, as far as a reader of the repository may see it: GitHub has older
// branch protection rules and newer rulesets, and both count.

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

/** What an answer says about the repository itself. */
export type RepositoryRules = {
  readonly defaultBranch: string | null;
  /** Required by rulesets of the default branch; null if unknown. */
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

/** Names of the checks that the base requires; null if its rules are unknown. */
export function requiredChecks(
  base: string,
  rule: BranchRule | null,
  { defaultBranch, requiredChecks: ofRulesets }: RepositoryRules,
): readonly string[] | null {
  const ofRule = (rule?.requiredStatusCheckContexts ?? []).flatMap((name) => name ?? []);
  // Rulesets of other branches are not queried: without a visible rule, their required checks are unknown.
  if (base !== defaultBranch || ofRulesets === null) return ofRule.length === 0 ? null : ofRule;
  return [...new Set([...ofRule, ...ofRulesets])];
}

/** What may block a merge besides checks and reviews, which are described separately. */
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
