#!/usr/bin/env node
// Checks the Node version before anything newer than an old Node can parse is loaded, then hands over.
// Plain JavaScript in old syntax on purpose: it must run on any Node a newcomer may have.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const NEEDED_MAJOR = 24;
const major = Number(process.versions.node.split(".")[0]);

if (major < NEEDED_MAJOR) {
  process.stderr.write(
    `tasks needs Node.js ${NEEDED_MAJOR} or newer, and this is ${process.versions.node}. This line brings its own and works now:\n` +
      `  npx -y node@26 ${[fileURLToPath(import.meta.url), ...process.argv.slice(2)].map(shellWord).join(" ")}\n`,
  );
  process.exitCode = 2;
} else {
  const { OFTEN_STARTED } = await import("./often-started.js");
  const asked = process.argv[2] ?? "";
  const name = OFTEN_STARTED.includes(asked) ? asked : "main";
  const built = new URL(`../dist/${name}.js`, import.meta.url);
  const { enableCompileCache } = await import("node:module");
  enableCompileCache?.();
  await import(existsSync(built) ? built.href : new URL("../src/main.ts", import.meta.url).href);
}

/** What was typed, written so that a shell reads it back as the same word. */
function shellWord(word) {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
