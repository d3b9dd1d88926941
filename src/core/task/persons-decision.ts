// Which changes of front matter are a person's to make: those that say that a task is over, and those that accept a proposal
// (docs/who-acts.md).

/** One `key=value`, before it is checked. */
export type Assignment = readonly [key: string, value: string];

const PERSONS_KEYS: ReadonlySet<string> = new Set([
  "completed",
  "completed_by",
  "gates_waived",
  "discovered_from",
  "accepted_by",
]);

/** `status=completed` and its companions do what `tasks complete` does, `accepted_by` what `tasks accept` does. */
export function isPersonsDecision([key, value]: Assignment): boolean {
  const name = key.trim().toLowerCase();
  if (name === "status") return /^["']?(?:completed|cancelled)/i.test(value.trim());
  return PERSONS_KEYS.has(name);
}

/** Any other status would accept a proposal as well. */
export function changesStatus([key]: Assignment): boolean {
  return key.trim().toLowerCase() === "status";
}
