// What every part of one local GitHub shares.

import type { Accounts } from "./accounts.ts";
import type { Faults } from "./faults.ts";
import type { LocalRepository } from "./records.ts";

export type World = {
  readonly repositories: LocalRepository[];
  readonly accounts: Accounts;
  readonly faults: Faults;
  readonly now: () => number;
};

/** By its name, or by one that it had; null when the login must not know of it. Case does not matter. */
export function findRepository(
  { repositories }: World,
  nameWithOwner: string,
  login: string,
): { readonly repository: LocalRepository; readonly renamed: boolean } | null {
  const wanted = nameWithOwner.toLowerCase();
  const seen = repositories.filter(({ visibleTo }) => visibleTo === null || visibleTo.includes(login));
  const current = seen.find((repository) => repository.nameWithOwner.toLowerCase() === wanted);
  if (current !== undefined) return { repository: current, renamed: false };
  const former = seen.find(({ formerNames }) => formerNames.some((name) => name.toLowerCase() === wanted));
  return former === undefined ? null : { repository: former, renamed: true };
}
