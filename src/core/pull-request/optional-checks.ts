// Which failing checks block nothing, because the base branch does not require them.

import type { CheckState } from "../contract/pull-request.ts";

type Reported = {
  readonly failing: number;
  readonly missing: readonly string[];
  readonly listed: readonly { readonly state: CheckState; readonly required: boolean | null }[];
};

/** The base requires some checks, but none that fails. Where it requires none at all, no check counts as optional. */
export function failsOnlyOptional({ checks }: { readonly checks: Reported }): boolean {
  const failing = checks.listed.filter(({ state }) => state === "failing");
  if (failing.length === 0 || failing.length < checks.failing) return false;
  const requiresSome = checks.missing.length > 0 || checks.listed.some(({ required }) => required === true);
  return requiresSome && failing.every(({ required }) => required === false);
}
