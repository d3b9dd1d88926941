// Probes whether the front matter of a task's file differs between the repository and a worktree. The files are only
// read when one of them changed.

import { existsSync, readdirSync, type Stats } from "node:fs";
import { join } from "node:path";
import { findBlock } from "../../core/front-matter/find-block.ts";
import type { TreeReader } from "../../ports/tree/tree-reader.ts";
import { unlessMissing } from "../file-system/file-error.ts";
import { look } from "../file-system/read-small-file.ts";
import { createTreeReader } from "../tree-files/tree-reader.ts";

/** `folder` corresponds to the repository in the worktree, absolute. False if either has no such file. Throws what the disk throws. */
type DriftProbe = (folder: string) => Promise<boolean>;

type Memory = { readonly path: string; readonly stamps: string; readonly drifted: boolean };

/** For the task that `key` names in the repository at `root`. */
export function createDriftProbe(root: string, key: string): DriftProbe {
  const repository = createTreeReader({ root });
  let memory: Memory | null = null;
  return async (folder) => {
    const mine = lookAtFile(root, memory?.path ?? null) ?? lookAtFile(root, findTaskFile(root, key));
    if (mine === null) return false;
    const { path } = mine;
    const stamps = `${stampOf(mine.stats)} ${stampOf(look(join(folder, path)))}`;
    if (memory?.path !== path || memory.stamps !== stamps) {
      const drifted = await differ(path, repository, createTreeReader({ root: folder }));
      memory = { path, stamps, drifted };
    }
    return memory.drifted;
  };
}

const WORKSTREAMS = "tasks/workstreams";

/** A key is a unique slug, or includes the workstream. */
function findTaskFile(root: string, key: string): string | null {
  const [workstream, slug] = key.split("/");
  if (slug !== undefined) return `${WORKSTREAMS}/${workstream}/tasks/${slug}.md`;
  const paths = unlessMissing(() => readdirSync(join(root, WORKSTREAMS)), []).map(
    (name) => `${WORKSTREAMS}/${name}/tasks/${key}.md`,
  );
  return paths.find((path) => existsSync(join(root, path))) ?? null;
}

/** Null when there is no such file. */
function lookAtFile(root: string, path: string | null) {
  const stats = path === null ? null : look(join(root, path));
  return path === null || stats === null ? null : { path, stats };
}

function stampOf(stats: Stats | null): string {
  return stats === null ? "-" : `${stats.ino}:${stats.size}:${stats.mtimeMs}`;
}

async function differ(path: string, ...readers: readonly TreeReader[]): Promise<boolean> {
  const [mine, theirs] = await Promise.all(readers.map((reader) => reader.read(path)));
  return (
    mine?.kind === "text" && theirs?.kind === "text" && frontMatter(mine.text) !== frontMatter(theirs.text)
  );
}

/** Without line end differences, which git may make at checkout. Null when there is none. */
function frontMatter(text: string): string | null {
  const block = findBlock(text);
  return block.kind === "block" ? text.slice(block.start, block.end).replaceAll("\r\n", "\n") : null;
}
