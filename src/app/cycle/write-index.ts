// Gives the store what it does not have of the parsed tree, in portions: each is a transaction of its own, and others
// get their turn between two.

import type { Store } from "../../ports/store/store.ts";
import { nextTurn } from "./pace.ts";
import type { TreeMemory } from "./tree-memory.ts";

/** Encoding and writing so many takes some 20 ms. */
const PORTION_RECORDS = 1_000;

/** Throws what the store throws; what it has not taken stays unwritten. */
export async function writeIndex(store: Pick<Store, "writeIndex">, tree: TreeMemory): Promise<void> {
  while (await writePortion(store, tree)) await nextTurn();
}

/** Whether more is left. */
async function writePortion(store: Pick<Store, "writeIndex">, tree: TreeMemory): Promise<boolean> {
  const changes = tree.takeUnwritten(PORTION_RECORDS);
  if (changes === null) return false;
  try {
    await store.writeIndex(changes);
  } catch (error) {
    tree.giveBack(changes);
    throw error;
  }
  return tree.hasUnwritten();
}
