// Which changes of front matter say that a task is over. Only a person decides that (docs/who-acts.md).

/** One `key=value`, before it is checked. */
export type Assignment = readonly [key: string, value: string];

const COMPLETION_KEYS: ReadonlySet<string> = new Set(["completed", "completed_by", "gates_waived"]);

/** `status=completed` and its companions do what `tasks complete` does. */
export function closesTask([key, value]: Assignment): boolean {
  const name = key.trim().toLowerCase();
  if (name === "status") return /^["']?(?:completed|cancelled)/i.test(value.trim());
  return COMPLETION_KEYS.has(name);
}
