import { expect, test } from "vitest";
import { createMemoryFreer } from "./free-memory.ts";

/** Beyond what a collection is worth. */
const MANY = 1_000_000;
const FEW = 1_000;

test("P7, P23: what is no longer needed is collected when asked", async () => {
  const free = createMemoryFreer();
  free();
  const dropped = new WeakRef(makeObject(MANY));
  await nextJob();
  free();
  expect(dropped.deref()).toBeUndefined();
});

test("P23: nothing is collected for a little", async () => {
  const free = createMemoryFreer();
  free();
  const dropped = new WeakRef(makeObject(FEW));
  await nextJob();
  free();
  expect(dropped.deref()).toBeDefined();
});

function makeObject(rows: number): object {
  return { rows: Array.from({ length: rows }, (_, index) => ({ index })) };
}

/** A WeakRef holds its target until the end of the current job. */
function nextJob(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve);
  });
}
