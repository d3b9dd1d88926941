// Runs every static check, one line each: format, lint, folder order, types, unused code, package, docs, words. Prints the output of
// failed checks, and exits 1 when there is one.

import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

type Check = { readonly name: string; readonly command: readonly string[] };
type Outcome = Check & { readonly ok: boolean; readonly output: string; readonly seconds: number };

const CHECKS: readonly Check[] = [
  { name: "format and lint", command: ["biome", "ci", "--error-on-warnings"] },
  { name: "order of folders", command: ["node", "scripts/check-folders.ts"] },
  { name: "types", command: ["tsc", "-p", "."] },
  { name: "types of the page's script", command: ["tsc", "-p", "src/web/assets/script"] },
  { name: "unused code", command: ["knip"] },
  { name: "sleeps in tests", command: ["node", "scripts/check-sleeps.ts"] },
  { name: "words", command: ["node", "scripts/check-words.ts"] },
  { name: "docs", command: ["node", "scripts/check-docs.ts"] },
  { name: "requirements", command: ["node", "scripts/requirements.ts"] },
  { name: "build", command: ["node", "scripts/build.ts"] },
  { name: "package", command: ["publint", "--strict"] },
];

const root = fileURLToPath(new URL("..", import.meta.url));
let failed = 0;
for (const check of CHECKS) {
  const outcome = await run(check);
  console.log(`${outcome.ok ? "ok  " : "FAIL"} ${outcome.name} (${outcome.seconds.toFixed(1)} s)`);
  if (!outcome.ok) {
    failed += 1;
    console.log(outcome.output.trimEnd());
  }
}
console.log(failed === 0 ? "All checks passed." : `${failed} of ${CHECKS.length} checks failed.`);
process.exitCode = failed === 0 ? 0 : 1;

/** Runs one check to its end; a command that cannot start counts as failed, with the reason as its output. */
function run(check: Check): Promise<Outcome> {
  const started = performance.now();
  const [program = "", ...args] = check.command;
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const child = spawn(program, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    const settle = (ok: boolean, extra = "") =>
      resolve({
        ...check,
        ok,
        output: Buffer.concat(chunks).toString() + extra,
        seconds: (performance.now() - started) / 1000,
      });
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.on("error", (error) => settle(false, `${program} did not start: ${error.message}`));
    child.on("close", (code) => settle(code === 0));
  });
}
