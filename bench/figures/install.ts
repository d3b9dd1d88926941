// P13: what has to be installed to use it.

import { execFileSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { root } from "../baselines.ts";
import type { Figure } from "../measure.ts";

/** The packages `npm install --omit=dev` puts there, counted and weighed as they lie in node_modules. */
export async function installFigures(): Promise<Figure[]> {
  const listed = execFileSync("npm", ["ls", "--omit=dev", "--all", "--parseable"], {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const folders = listed.trimEnd().split("\n").slice(1);
  const bytes = folders.reduce((sum, folder) => sum + folderBytes(folder), folderBytes(join(root, "dist")));
  const common = { requirement: "P13", tasks: null, baseline: null } as const;
  return [
    {
      ...common,
      name: "packages to install",
      value: folders.length,
      unit: "packages",
      target: { atMost: 60 },
    },
    {
      ...common,
      name: "installed, dist/ included",
      value: bytes / 2 ** 20,
      unit: "MB",
      target: { atMost: 45 },
    },
  ];
}

/** Nested packages have entries of their own, so their folders do not count here. */
function folderBytes(folder: string): number {
  return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    if (entry.name === "node_modules") return sum;
    const path = join(folder, entry.name);
    return sum + (entry.isDirectory() ? folderBytes(path) : statSync(path).size);
  }, 0);
}
