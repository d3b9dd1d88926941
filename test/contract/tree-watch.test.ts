import { describe, expect, test } from "vitest";
import type { TreeWatch } from "../../src/ports/tree/tree-files.ts";
import { FIX_IT, TREE_ADAPTERS } from "./tree-adapters.ts";

describe.each(TREE_ADAPTERS)("TreeWatch: %s", (_name, create) => {
  test("before the first look everything counts as touched, afterwards only what was", async () => {
    const { watch, write } = create();
    watch.start(() => {});
    expect(watch.mode()).toBe("watching");
    expect(watch.take()).toBeNull();
    expect(await watch.prove()).toBe("proven");
    expect(watch.take()).toEqual([]);
    write(FIX_IT, "changed\n");
    expect(await watch.prove()).toBe("proven");
    expect(watch.take()).toEqual([FIX_IT]);
    expect(watch.take()).toEqual([]);
  });

  test("a change gives a hint without being asked for", async () => {
    const { watch, write } = create();
    await new Promise<void>((resolve) => {
      watch.start(resolve);
      write(FIX_IT, "changed\n");
    });
    expect(watch.take()).toBeNull();
  });

  test("a deleted file was touched", async () => {
    const { watch, remove } = create();
    await settled(watch);
    remove(FIX_IT);
    expect(await watch.prove()).toBe("proven");
    expect(watch.take()).toEqual([FIX_IT]);
  });

  test("before start and after stop nothing is proven; stopping twice is safe", async () => {
    const { watch } = create();
    expect(await watch.prove()).toBe("unproven");
    watch.start(() => {});
    watch.stop();
    watch.stop();
    expect(await watch.prove()).toBe("unproven");
    expect(watch.take()).toBeNull();
  });
});

async function settled(watch: TreeWatch): Promise<void> {
  watch.start(() => {});
  await watch.prove();
  watch.take();
}
