// The branches that GitHub's Revert button makes: `revert-6-task/map` reverts #6, whose branch was `task/map`.

const REVERT_BRANCH = /^revert-(\d{1,9})-(.+)$/s;

/** The number that such a branch reverts; null for any other branch. */
export function revertedNumber(branch: string): number | null {
  const [, number] = REVERT_BRANCH.exec(branch) ?? [];
  return number === undefined ? null : Number(number);
}

export function revertBranch({
  number,
  branch,
}: {
  readonly number: number;
  readonly branch: string;
}): string {
  return `revert-${number}-${branch}`;
}

/** The branch whose work is reverted, also by a revert of a revert. */
export function withoutReverts(branch: string): string {
  let rest = branch;
  for (let match = REVERT_BRANCH.exec(rest); match?.[2] !== undefined; match = REVERT_BRANCH.exec(rest))
    rest = match[2];
  return rest;
}

/** From "Reverts acme/app#6", with which the button starts the description; null for another text or repository. */
export function revertedInText(text: string, repository: string): number | null {
  const [, named, number] = REVERTS_LINE.exec(text.slice(0, TEXT_READ_MAX)) ?? [];
  if (number === undefined || (named !== undefined && named.toLowerCase() !== repository.toLowerCase()))
    return null;
  return Number(number);
}

/** The button writes it first; people add their reasons below. */
const REVERTS_LINE = /^\s*Reverts (?:([\w.-]+\/[\w.-]+))?#(\d{1,9})\b/;
const TEXT_READ_MAX = 400;
