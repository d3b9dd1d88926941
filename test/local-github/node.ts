// How an object of the schema is written here: its fields by name, a value or a function of the field's arguments; a
// list (or ITEMS beside other fields) where the schema has a connection. What is not written is not known, and asking
// for it is an error, never null.

/** `__typename` is there wherever the schema leaves it open. */
export type Node = Readonly<Record<string, unknown>> & {
  readonly [ABOUT]?: number;
  readonly [ITEMS]?: readonly unknown[];
};

/** The number of the pull request that the node tells about, for faults that befall single ones. */
export const ABOUT = Symbol("pull request");

/** The list of a connection that says more than its items. */
export const ITEMS = Symbol("items");

/** As GraphQL writes it; null stays null. */
export function dateTime(atMs: number): string;
export function dateTime(atMs: number | null): string | null;
export function dateTime(atMs: number | null): string | null {
  // GitHub knows no fractions of a second.
  return atMs === null ? null : new Date(atMs).toISOString().replace(/\.\d+Z$/, "Z");
}

/** A user or a bot; null for an account that was deleted. */
export function actorNode(login: string | null): Node | null {
  if (login === null) return null;
  const name = login.replace(/\[bot\]$/, "");
  return { __typename: name === login ? "User" : "Bot", login: name, url: `https://github.com/${name}` };
}
