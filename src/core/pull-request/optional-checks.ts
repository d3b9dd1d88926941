// Which failing checks hold nothing up, because the base branch does not require them.

import type { CheckState } from "../contract/pull-request.ts";

type Reported = {
  readonly failing: number;
  readonly missing: readonly string[];
  readonly listed: readonly { readonly state: CheckState; readonly required: boolean | null }[];
};

/**
 * The base requires some checks, and none of those that fail is among them. A repository that requires none at all has no
 * optional ones either: there a failing check is all the warning that there is.
 */
export function failsOnlyOptional({ checks }: { readonly checks: Reported }): boolean {
  const failing = checks.listed.filter(({ state }) => state === "failing");
  if (failing.length === 0 || failing.length < checks.failing) return false;
  const requiresSome = checks.missing.length > 0 || checks.listed.some(({ required }) => required === true);
  return requiresSome && failing.every(({ required }) => required === false);
}
