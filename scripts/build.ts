// Builds dist/ with the dependencies bundled: hundreds of small files cost more to open than to run (ADR 8). `main.js` is split
// so that a command loads only what it needs. Each command that is started often (P4, P16) is one file of its own, since each
// of a hundred chunks has to be found, read and linked.

import { cpSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build, type Plugin } from "esbuild";
import { OFTEN_STARTED } from "../bin/often-started.js";
import { BUILT_NOTIFY_SCRIPT } from "../src/web/assets/notify/notify-script.ts";
import { BUILT_SCRIPT } from "../src/web/assets/script/page-script.ts";
import { minifiedNotifyScript, minifiedScript } from "./minify-script.ts";

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

/**
 * To make a built-in module importable, Node reads all its properties, and some load half of Node when they are read: `http`
 * all of fetch, `process` all its options. Here only the members in use are read, when the module that uses them runs; in
 * a bundle of one command that is most of a start.
 */
const plainBuiltins: Plugin = {
  name: "plain-builtins",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:/ }, ({ kind, path }) =>
      kind === "import-statement" ? { path, namespace: "plain-builtin" } : undefined,
    );
    onLoad({ filter: /.*/, namespace: "plain-builtin" }, ({ path }) => ({ contents: plainBuiltin(path) }));
  },
};

/** Every member by name; esbuild keeps those that are imported. */
function plainBuiltin(path: string): string {
  const names = Object.keys(process.getBuiltinModule(path) ?? {}).filter(
    (name) => /^[A-Za-z]\w*$/.test(name) && name !== "default",
  );
  const exported = names.map((name) => `export const ${name} = /* @__PURE__ */ member("${name}");`);
  return `const builtin = process.getBuiltinModule("${path}");
    const member = (name) => builtin[name];
    export default builtin;
    ${exported.join("\n")}`;
}

/**
 * Loaded on use, as files of their own in dist/: a package each that most starts do not need. Of ours they hold only
 * functions, so it does not matter that a bundle has copies of these.
 */
const APART = {
  "yaml-document": "src/config/yaml-document.ts",
  "octokit-graphql": "src/adapters/github/api/octokit-graphql.ts",
  "acp-connection": "src/core/agent/acp/acp-connection.ts",
};

/** A supervisor holds what it talks to its agent with, since a newer version may replace the files while it runs. */
const isApart = (name: string, bundle: string) => !(name === "acp-connection" && bundle === "supervise");

const apartFrom = (bundle: string): Plugin => ({
  name: "apart",
  setup({ onResolve }) {
    onResolve({ filter: /^\./ }, ({ kind, path }) => {
      const name = Object.keys(APART).find((one) => path.endsWith(`/${one}.ts`) && isApart(one, bundle));
      if (name === undefined || kind !== "dynamic-import") return;
      return { path: `./${name}.js`, external: true };
    });
  },
});

/** Leaves the other commands and the web out of a bundle, which `bin/tasks.js` starts only for its command. */
const only = (wanted: string): Plugin => ({
  name: "only-one-command",
  setup({ onResolve, onLoad }) {
    const isLeftOut = ({ kind, path }: { kind: string; path: string }) => {
      if (kind !== "dynamic-import") return false;
      const command = /\/commands\/(?:[\w-]+\/)?([\w-]+)\.ts$/.exec(path)?.[1];
      return path.includes("/web/") || (command !== undefined && command !== wanted);
    };
    onResolve({ filter: /^\./ }, (asked) =>
      isLeftOut(asked) ? { path: asked.path, namespace: "left-out" } : undefined,
    );
    onLoad({ filter: /.*/, namespace: "left-out" }, ({ path }) => ({
      contents: `throw new Error("${path} is not part of this bundle: scripts/build.ts");`,
    }));
  },
});

const common: BuildOptions = {
  absWorkingDir: root,
  outdir: "dist",
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node24",
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: "linked",
  logLevel: "warning",
  // Bundled CommonJS dependencies call require() for Node's own modules.
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
  },
};

rmSync(dist, { recursive: true, force: true });
await build({
  ...common,
  entryPoints: { main: "src/main.ts", ...APART },
  splitting: true,
  plugins: [noDynamicPackages, plainBuiltins],
});
for (const name of OFTEN_STARTED) {
  await build({
    ...common,
    entryPoints: { [name]: "src/main.ts" },
    plugins: [noDynamicPackages, plainBuiltins, apartFrom(name), only(name)],
  });
}
// Styles and icons are served as they are, the script minified in one file.
cpSync(`${root}src/web/assets`, `${dist}/assets`, {
  recursive: true,
  filter: (source) => !/(?:\.(?:ts|json|js)|\/(?:script|notify))$/.test(source),
});
writeFileSync(`${dist}/assets/${BUILT_SCRIPT}`, await minifiedScript());
writeFileSync(`${dist}/assets/${BUILT_NOTIFY_SCRIPT}`, await minifiedNotifyScript());
