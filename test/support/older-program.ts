// The program as it was at an earlier commit, packed into one file by scripts/pack-older-program.ts.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliDecompressSync } from "node:zlib";

/** The last commit before the store had additions (src/adapters/sqlite/database/migrations.ts). */
const COMMIT = "9313403";
const PACKED = fileURLToPath(new URL(`../fixtures/older-program-${COMMIT}.mjs.br`, import.meta.url));

/** Unpacks it into `folder`, and returns the script to run. It has no pages. */
export function unpackOlderProgram(folder: string): string {
  const main = join(folder, "dist/main.mjs");
  mkdirSync(join(folder, "dist"), { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ version: "0.0.0-older", type: "module" }));
  writeFileSync(main, brotliDecompressSync(readFileSync(PACKED)));
  return main;
}
