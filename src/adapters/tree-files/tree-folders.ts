// The folders of the format, level by level; what kind of file each one holds is `pathKind`'s business.

import { readdirSync } from "node:fs";

const NONE: readonly string[] = [];

/**
 * Names of the folders that may lie in `folder`; `any` where people name them, null when `folder` itself is
 * none of the format's. `folder` is relative to the repository.
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

/** Paths of the folders in `folder` that the format may know, links among them. Throws what reading it throws. */
export function subfolders(root: string, folder: string): readonly string[] {
  const children = childFolders(folder) ?? NONE;
  const names = children === "any" ? folderNames(`${root}/${folder}`) : children;
  return names.map((name) => `${folder}/${name}`);
}

/** Names that begin with a dot are editors' and tools' own folders. */
function folderNames(absolute: string): readonly string[] {
  return readdirSync(absolute, { withFileTypes: true })
    .filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && !entry.name.startsWith("."))
    .map((entry) => entry.name);
}
