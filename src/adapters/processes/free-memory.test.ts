import { expect, test } from "vitest";
import { createMemoryFreer } from "./free-memory.ts";

test("P7: what is no longer needed is collected when asked", () => {
  const free = createMemoryFreer();
  const dropped = new WeakRef(makeLargeObject());
  free();
  // A WeakRef holds its target until the end of the current job.
  return new Promise<void>((resolve) => {
    setTimeout(() => {
      free();
      expect(dropped.deref()).toBeUndefined();
      resolve();
    });
  });
});

function makeLargeObject(): object {
  return { rows: Array.from({ length: 1_000 }, (_, index) => ({ index })) };
}
