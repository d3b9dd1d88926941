// The task tree's ports on each of their adapters: what both must do alike is tested once.

import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { createTreeFiles } from "../../src/adapters/tree-files/tree-files.ts";
import { createTreeReader } from "../../src/adapters/tree-files/tree-reader.ts";
import { createTreeWatch } from "../../src/adapters/tree-files/tree-watch.ts";
import type { RelativePath } from "../../src/core/contract/task.ts";
import type { TreeFiles, TreeListing, TreeWatch } from "../../src/ports/tree/tree-files.ts";
import type { TreeReader } from "../../src/ports/tree/tree-reader.ts";
import { createMemoryTree } from "../memory/memory-tree.ts";
import { temporaryFolder } from "../support/git-repository.ts";

export type TreeWorld = {
  readonly files: TreeFiles;
  readonly watch: TreeWatch;
  readonly reader: TreeReader;
  write(path: string, text: string): void;
  remove(path: string): void;
};

export const FIX_IT = "tasks/workstreams/app/tasks/fix-it.md";
export const INDEX = "tasks/workstreams/app/index.md";
const LAUNCH = "tasks/milestones/m1-launch.md";
export const DAVE = "tasks/team/dave.md";
const ARCHITECT = "tasks/team/roles/architect.md";
const SPEC = "tasks/workstreams/app/initiatives/search/spec.md";

export const TREE: Readonly<Record<string, string>> = {
  [FIX_IT]: "---\nstatus: ready\n---\n",
  [INDEX]: "# App\n",
  [LAUNCH]: "# Launch\n",
  [DAVE]: "# Dave\n",
  [ARCHITECT]: "# Architect\n",
  [SPEC]: "# Search\n",
};

export const TREE_ADAPTERS: ReadonlyArray<readonly [name: string, create: () => TreeWorld]> = [
  ["memory", () => createMemoryTree(TREE)],
  ["disk", createDiskTree],
];

export type DiskTree = TreeWorld & { readonly root: string };

export function createDiskTree(): DiskTree {
  const root = temporaryFolder("tasks-tree");
  for (const [path, text] of Object.entries(TREE)) writeInto(root, path, text);
  const watch = createTreeWatch({ root, stateFolder: join(root, ".tasks/task_manager"), mode: "auto" });
  onTestFinished(() => watch.stop());
  return {
    root,
    files: createTreeFiles({ root }),
    reader: createTreeReader({ root }),
    watch,
    write: (path, text) => writeInto(root, path, text),
    remove: (path) => rmSync(join(root, path)),
  };
}

/** As editors and git do it: the new text under another name, then renamed over the old one. */
function writeInto(root: string, path: string, text: string): void {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.tmp`, text);
  renameSync(`${file}.tmp`, file);
}

/** The listed paths in order; the sentence of a listing that failed. */
export function paths(listing: TreeListing): readonly string[] | string {
  return listing.kind === "listed" ? listing.stamps.map(({ path }) => path).sort() : listing.detail;
}

export function asPaths(...texts: readonly string[]): readonly RelativePath[] {
  return texts as readonly RelativePath[];
}
