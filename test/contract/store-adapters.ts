// Every adapter of the store port, as the contract tests open it: the same promises, kept by each.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqliteStore } from "../../src/adapters/sqlite/sqlite-store.ts";
import type { Store } from "../../src/ports/store/store.ts";
import { createMemoryStore } from "../memory/memory-store.ts";
import { T0_MS } from "./store-samples.ts";

export type OpenedStore = {
  readonly store: Store;
  /** Another handle on the same contents, as another process would have; null where there can be none. */
  readonly reopen: (() => Promise<Store>) | null;
  readonly cleanUp: () => Promise<void>;
};

export const STORE_ADAPTERS: readonly { readonly name: string; readonly open: () => Promise<OpenedStore> }[] =
  [
    {
      name: "memory",
      open: async () => ({ store: createMemoryStore(), reopen: null, cleanUp: async () => {} }),
    },
    { name: "sqlite", open: openTemporarySqlite },
  ];

async function openTemporarySqlite(): Promise<OpenedStore> {
  const folder = mkdtempSync(join(tmpdir(), "tasks-store-"));
  const open = () => openSqliteStore({ file: join(folder, "store.sqlite"), nowMs: () => T0_MS });
  const opened = [await open()];
  return {
    store: opened[0]!,
    reopen: async () => {
      const store = await open();
      opened.push(store);
      return store;
    },
    cleanUp: async () => {
      for (const store of opened) await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
