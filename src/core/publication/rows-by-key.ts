// Finding a row in a snapshot's list, which is in order of key: the list is its own index, and a publication makes no other.

import type { TaskRow } from "../contract/snapshot.ts";

export type RowsByKey = { get(key: string): TaskRow | undefined };

/** `tasks` in order of key. */
export function rowsByKey(tasks: readonly TaskRow[]): RowsByKey {
  return {
    get: (key) => {
      const row = tasks[placeOfKey(tasks, key)];
      return row?.key === key ? row : undefined;
    },
  };
}

/** Where the row with this key is, or would be, in a list in order of key. */
export function placeOfKey(tasks: readonly TaskRow[], key: string): number {
  return placeIn(tasks.length, (at) => (tasks[at] as TaskRow).key < key);
}

/** The first of `length` places, in order, that does not come before; `length` when all do. */
export function placeIn(length: number, comesBefore: (at: number) => boolean): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (comesBefore(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
