// The order of the folders, read from the map in ARCHITECTURE.md and compared with the imports of the code. Layers may
// import each other as the table here says. Within a layer a folder may import those that the map lists before it, and the
// layer's own files may import all of its folders. Imports of types count like any other.

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/** Which layers a layer may import besides itself. */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  core: [],
  ports: ["core"],
  config: ["core", "ports"],
  adapters: ["core", "ports"],
  app: ["core", "ports", "config"],
  web: ["core", "ports", "config", "app"],
  cli: ["core", "ports", "config", "app", "web", "adapters"],
};

/** A folder that holds more is several ideas: split it. */
const MAX_FILES = 20;

export type MappedFolder = { readonly path: string; readonly describes: boolean };

type SourceFile = { readonly path: string; readonly folder: string; readonly imports: readonly string[] };

/** Problems of the folders below `root/src`, one sentence each; empty when the code is as the map says. */
export function folderProblems(root: string): string[] {
  const map = readMap(readFileSync(join(root, "ARCHITECTURE.md"), "utf8"));
  const files = sourceFiles(root);
  return [...mapProblems(map, files), ...backEdges(map, files), ...fileCycles(files)];
}

/** The folders of the map, each after everything it may import. `text`: a document with a fenced tree that begins with `src/`. */
export function readMap(text: string): MappedFolder[] {
  const tree = /```\n(src\/\n[\s\S]*?)```/.exec(text)?.[1] ?? "";
  const folders: MappedFolder[] = [];
  const open: { readonly indent: number; readonly folder: MappedFolder }[] = [];
  const closeTo = (indent: number) => {
    for (let last = open.at(-1); last !== undefined && last.indent >= indent; last = open.at(-1)) {
      folders.push(last.folder);
      open.pop();
    }
  };
  for (const line of tree.split("\n")) {
    const entry = /^( *)([\w./-]+)\/(?:\s+(\S.*))?$/.exec(line);
    if (entry === null) continue;
    const indent = entry[1]?.length ?? 0;
    closeTo(indent);
    const path = join(open.at(-1)?.folder.path ?? "", entry[2] ?? "");
    open.push({ indent, folder: { path, describes: entry[3] !== undefined } });
  }
  closeTo(0);
  return folders.filter(({ path }) => path === "src" || path.startsWith("src/"));
}

function sourceFiles(root: string): SourceFile[] {
  return readdirSync(join(root, "src"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|js)$/.test(entry.name) && !entry.name.endsWith(".test.ts"))
    .map((entry) => {
      const path = relative(root, join(entry.parentPath, entry.name));
      const text = readFileSync(join(root, path), "utf8");
      const specifiers = text.matchAll(/(?:\bfrom|\bimport|\bimport\()\s*"(\.[^"]+)"/g);
      const imports = [...specifiers].map(([, to = ""]) => join(dirname(path), to));
      return { path, folder: dirname(path), imports: imports.filter((to) => to.startsWith("src/")) };
    });
}

function mapProblems(map: readonly MappedFolder[], files: readonly SourceFile[]): string[] {
  const counts = new Map<string, number>();
  for (const { folder } of files) counts.set(folder, (counts.get(folder) ?? 0) + 1);
  const described = new Set(map.filter(({ describes }) => describes).map(({ path }) => path));
  const unmapped = [...counts.keys()].filter((folder) => folder !== "src" && !described.has(folder));
  const vanished = map.filter(({ path }) => ![...counts.keys()].some((folder) => isWithin(folder, path)));
  const crowded = [...counts].filter(([, count]) => count > MAX_FILES);
  return [
    ...unmapped.map((folder) => `${folder}: ARCHITECTURE.md's map does not say what it is`),
    ...vanished.map(({ path }) => `${path}: in ARCHITECTURE.md's map, and not there`),
    ...crowded.map(([folder, count]) => `${folder}: ${count} files, ${MAX_FILES} at most: split it`),
  ];
}

const isWithin = (folder: string, parent: string) => folder === parent || folder.startsWith(`${parent}/`);

function backEdges(map: readonly MappedFolder[], files: readonly SourceFile[]): string[] {
  const places = new Map(map.map(({ path }, index) => [path, index]));
  const folderOf = new Map(files.map(({ path, folder }) => [path, folder]));
  return files.flatMap(({ path, folder, imports }) =>
    imports.flatMap((to) => {
      const target = folderOf.get(to) ?? dirname(to);
      if (target === folder || folder === "src") return [];
      const [layer = "", toLayer = ""] = [folder.split("/")[1], target.split("/")[1]];
      if (layer !== toLayer) {
        const isAllowed = LAYERS[layer]?.includes(toLayer) ?? false;
        return isAllowed ? [] : [`${path}: ${layer} must not import ${toLayer} (${to})`];
      }
      const isBelow = (places.get(target) ?? 0) < (places.get(folder) ?? 0);
      return isBelow ? [] : [`${path}: ${folder} stands before ${target} in the map and imports ${to}`];
    }),
  );
}

/** Groups of files that import each other in a circle, by Tarjan's algorithm; those of the page's script included. */
function fileCycles(files: readonly SourceFile[]): string[] {
  const importsOf = new Map(files.map(({ path, imports }) => [path, imports]));
  const order = new Map<string, number>();
  const stack: string[] = [];
  const cycles: string[] = [];
  const visit = (path: string): number => {
    let low = order.size;
    order.set(path, low);
    stack.push(path);
    for (const to of importsOf.get(path) ?? []) {
      if (!importsOf.has(to)) continue;
      if (!order.has(to)) low = Math.min(low, visit(to));
      else if (stack.includes(to)) low = Math.min(low, order.get(to) ?? low);
    }
    if (low === order.get(path)) {
      const circle = stack.splice(stack.indexOf(path));
      if (circle.length > 1) cycles.push(`these files import each other in a circle: ${circle.join(", ")}`);
    }
    return low;
  };
  for (const { path } of files) if (!order.has(path)) visit(path);
  return cycles;
}
