// A list as GraphQL connections give it: a page from its beginning or its end, with cursors.

import { githubError } from "./graphql-error.ts";
import type { Node } from "./node.ts";

export type PageArguments = {
  readonly first?: number | null;
  readonly last?: number | null;
  readonly after?: string | null;
  readonly before?: string | null;
};

/** GitHub refuses to list more at once. */
const PAGE_MAX = 100;

/** The page that was asked for; `name` is the field's, for the error that GitHub gives for a bad page. */
export function connection(items: readonly unknown[], args: PageArguments, name: string): Node {
  const { first, last } = args;
  const from = args.after == null ? 0 : indexOf(args.after) + 1;
  const to = args.before == null ? items.length : indexOf(args.before);
  let page = items.map((node, index) => ({ node, cursor: cursorOf(index), index })).slice(from, to);
  if (first != null) page = page.slice(0, within("first", first, name));
  if (last != null) page = page.slice(Math.max(0, page.length - within("last", last, name)));
  const listed = (): typeof page => {
    if (first == null && last == null) {
      throw githubError(
        "MISSING_PAGINATION_BOUNDARIES",
        `You must provide a \`first\` or \`last\` value to properly paginate the \`${name}\` connection.`,
      );
    }
    return page;
  };
  return {
    totalCount: items.length,
    nodes: () => listed().map(({ node }) => node),
    edges: () => listed().map(({ node, cursor }) => ({ node, cursor })),
    pageInfo: {
      startCursor: page.at(0)?.cursor ?? null,
      endCursor: page.at(-1)?.cursor ?? null,
      hasPreviousPage: (page.at(0)?.index ?? from) > 0,
      hasNextPage: (page.at(-1)?.index ?? from - 1) < items.length - 1,
    },
  };
}

function within(argument: "first" | "last", count: number, name: string): number {
  if (count >= 0 && count <= PAGE_MAX) return count;
  throw githubError(
    "EXCESSIVE_PAGINATION",
    `Requesting ${count} records on the \`${name}\` connection exceeds the \`${argument}\` limit of ${PAGE_MAX} records.`,
  );
}

function cursorOf(index: number): string {
  return Buffer.from(`cursor:${index}`).toString("base64");
}

function indexOf(cursor: string): number {
  const index = /^cursor:(\d+)$/.exec(Buffer.from(cursor, "base64").toString())?.[1];
  if (index === undefined) {
    throw githubError("INVALID_CURSOR_ARGUMENTS", `\`${cursor}\` does not appear to be a valid cursor.`);
  }
  return Number(index);
}
