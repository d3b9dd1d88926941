// Builds dist/: one bundle with code splitting, so that a command loads only what it needs and `tasks heartbeat`
// starts fast (P4). Dependencies are bundled too: hundreds of small files cost more to open than to run.

import { cpSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import { BUILT_SCRIPT } from "../src/web/assets/page-script.ts";
import { minifiedScript } from "./minify-script.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = `${root}dist`;

/**
 * `await import("a-package")` of a CommonJS package gives all its names in src/, where Node finds them, and only
 * `default` in a bundle. A static import gives them in both, so packages are loaded on use through a module of ours.
 */
const noDynamicPackages: Plugin = {
  name: "no-dynamic-packages",
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ kind, path, importer }) => {
      if (kind !== "dynamic-import" || path.startsWith("node:") || importer.includes("/node_modules/"))
        return;
      const text = `import("${path}") loads a package directly: export what is needed from a module of ours and load that.`;
      return { errors: [{ text }] };
    });
  },
};

rmSync(dist, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: { main: "src/main.ts" },
  outdir: "dist",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node24",
  minifySyntax: true,
  minifyWhitespace: true,
  keepNames: true,
  legalComments: "linked",
  logLevel: "warning",
  plugins: [noDynamicPackages],
  // Bundled CommonJS dependencies call require() for Node's own modules.
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
  },
});
// Styles and icons are served as they are, the script as one small file.
cpSync(`${root}src/web/assets`, `${dist}/assets`, {
  recursive: true,
  filter: (source) => !/\.(?:ts|json|js)$/.test(source),
});
writeFileSync(`${dist}/assets/${BUILT_SCRIPT}`, await minifiedScript());
