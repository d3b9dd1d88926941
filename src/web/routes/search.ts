// Finds tasks by words. A task matches if each word occurs in one of its names; a full name ranks before a prefix, a
// prefix before a part. Open tasks come before finished ones.

import type { TaskRow } from "../../core/contract/snapshot.ts";
import { htmlAnswer } from "../http/answer.ts";
import { renderSearchPage } from "../pages/plain/search-page.ts";
import type { PageRoute } from "./request/page-request.ts";

export type SearchResult = { readonly rows: readonly TaskRow[]; readonly total: number };

/** A sign to add a word. */
export const SEARCH_ROWS_MAX = 100;

/** Longer text is cut. */
export const SEARCH_MAX_CHARACTERS = 200;

/** Rank of a match; smaller is better. */
const EXACT = 0;
const PREFIX = 1;
const CONTAINS = 2;

/** `rows` in order of key. The best matches, at most SEARCH_ROWS_MAX, and the total; none without words. */
export function searchTasks(rows: readonly TaskRow[], asked: string): SearchResult {
  const text = asked.slice(0, SEARCH_MAX_CHARACTERS).trim().toLowerCase();
  if (text === "") return { rows: [], total: 0 };
  const words = text.split(/\s+/);
  const byRank = new Map<number, TaskRow[]>();
  for (const row of rows) {
    const distance = distanceOf(namesOf(row), text, words);
    if (distance === null) continue;
    const rank = 2 * distance + Number(row.group === "done");
    const sharing = byRank.get(rank);
    if (sharing === undefined) byRank.set(rank, [row]);
    else sharing.push(row);
  }
  // Rows come in order of key and keep it within a rank, so no sorting is needed.
  const found = [...byRank].sort(([one], [other]) => one - other).flatMap(([, sharing]) => sharing);
  return { rows: found.slice(0, SEARCH_ROWS_MAX), total: found.length };
}

/** Lowercased per search: most names already are, and a table for 100,000 rows would cost far more. */
function namesOf({ slug, key, id, title, owner, owner_as, milestone, workstream, description }: TaskRow) {
  const names = [slug, key, id, title, owner, owner_as, milestone, workstream, description];
  return names.flatMap((name) => name?.toLowerCase() ?? []);
}

function distanceOf(names: readonly string[], text: string, words: readonly string[]): number | null {
  if (names.includes(text)) return EXACT;
  let total = PREFIX;
  for (const word of words) {
    const best = bestOf(names, word);
    if (best === null) return null;
    total += best;
  }
  return total;
}

function bestOf(names: readonly string[], word: string): number | null {
  let best: number | null = null;
  for (const name of names) {
    if (!name.includes(word)) continue;
    if (name === word) return EXACT;
    best = name.startsWith(word) ? PREFIX : (best ?? CONTAINS);
  }
  return best;
}

export function createSearchRoute(): PageRoute {
  return ({ frame, query }) => {
    const asked = (query.get("q") ?? "").slice(0, SEARCH_MAX_CHARACTERS);
    const { rows, total } = searchTasks(frame.snapshot.tasks, asked);
    return htmlAnswer(renderSearchPage({ ...frame, asked, rows, total }));
  };
}
