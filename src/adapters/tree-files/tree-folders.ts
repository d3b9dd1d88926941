// The folders of the format, level by level; `pathKind` decides about files in them.

import { readdirSync, realpathSync } from "node:fs";

const NONE: readonly string[] = [];

/**
 * Names of the folders that may be in `folder`; `any` where people choose them, null if `folder` itself is not in the
 * format. `folder` is relative to the repository.
 */
export function childFolders(folder: string): readonly string[] | "any" | null {
  const [top, area, first, second, third, ...deeper] = folder.split("/");
  if (top !== "tasks" || deeper.length > 0) return null;
  if (area === undefined) return ["workstreams", "milestones", "team"];
  if (area === "milestones") return first === undefined ? NONE : null;
  if (area === "team") return first === undefined ? ["roles"] : folder === "tasks/team/roles" ? NONE : null;
  if (area !== "workstreams") return null;
  if (first === undefined) return "any";
  if (second === undefined) return ["tasks", "initiatives"];
  if (second === "initiatives") return third === undefined ? "any" : NONE;
  return second === "tasks" && third === undefined ? NONE : null;
}

/** Paths of possible folders of the format in `folder`, including links. Throws what reading it throws. */
export function subfolders(root: string, folder: string): readonly string[] {
  const children = childFolders(folder) ?? NONE;
  const names = children === "any" ? folderNames(`${root}/${folder}`) : children;
  return names.map((name) => `${folder}/${name}`);
}

/** Folders with a leading dot belong to editors and tools. */
function folderNames(absolute: string): readonly string[] {
  return readdirSync(absolute, { withFileTypes: true })
    .filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && !entry.name.startsWith("."))
    .map((entry) => entry.name);
}

/** The root's real path: it may be behind links; nothing below it may. `root` if it is gone: the listing says so. */
export function findRealRoot(root: string): string {
  try {
    return realpathSync.native(root);
  } catch {
    return root;
  }
}
