// Packs an earlier version of this program into one file, for the test that its supervisors and workers continue under
// the current version (test/faults/older-supervisor.test.ts). The packed file is committed, so that the test needs neither
// the history, which a shallow clone lacks, nor old source that runs with the current dependencies.
//
//   node scripts/pack-older-program.ts <commit>
//
// Left out are the pages, which no supervisor and no worker needs.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";
import { build, type Plugin } from "esbuild";

/** Imported on first use, so they may be missing. */
const UNNEEDED = /web\/(?:server\/)?server\.ts$/;
const withoutUnneeded: Plugin = {
  name: "without-unneeded",
  setup: ({ onResolve }) => {
    onResolve({ filter: UNNEEDED }, ({ kind, path }) =>
      kind === "dynamic-import" ? { path, external: true } : undefined,
    );
  },
};

const root = fileURLToPath(new URL("..", import.meta.url));
const [commit = ""] = process.argv.slice(2);
const source = mkdtempSync(join(tmpdir(), "tasks-older-"));
try {
  const archive = execFileSync("git", ["archive", "--format=tar", commit, "src", "package.json"], {
    cwd: root,
    maxBuffer: 64 * 1024 * 1024,
  });
  execFileSync("tar", ["-x", "-C", source], { input: archive });
  symlinkSync(join(root, "node_modules"), join(source, "node_modules"));
  const packed = join(source, "packed.mjs");
  await pack(packed);
  const target = join(root, `test/fixtures/older-program-${commit}.mjs.br`);
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 };
  writeFileSync(target, brotliCompressSync(readFileSync(packed), { params }));
} finally {
  rmSync(source, { recursive: true, force: true });
}

async function pack(packed: string): Promise<void> {
  await build({
    absWorkingDir: source,
    entryPoints: ["src/main.ts"],
    outfile: packed,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node24",
    minify: true,
    keepNames: true,
    legalComments: "inline",
    logLevel: "warning",
    plugins: [withoutUnneeded],
    banner: {
      js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
    },
  });
}
