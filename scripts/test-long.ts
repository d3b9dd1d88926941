// `npm run test:long`: every repeating test at its full count, and every suite that starts the installed package, on the
// oldest Node that the package supports, installed by npm into test/node-24. Arguments after `--` go to vitest in place of
// the list below.

import { spawnSync } from "node:child_process";
import { delimiter } from "node:path";
import { fileURLToPath } from "node:url";
import { withoutNpm } from "./without-npm.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = `${root}test/node-24`;

/** Suites of processes and ports. Those in a browser do not depend on the version of Node. */
const SUITES = ["test/e2e", "test/http", "test/faults", "test/contract", "test/night"];
/** Imported by tests that repeat more often at full counts. */
const COUNTING = "support/rounds.ts";

run("npm", ["ci", "--no-audit", "--no-fund"], { cwd: folder, env: withoutNpm() });
const bin = `${folder}/node_modules/.bin`;
console.log(`Tests at their full counts on Node ${version()}.`);
run(`${bin}/node`, [`${root}node_modules/vitest/vitest.mjs`, "run", ...chosen()], {
  cwd: root,
  env: { ...process.env, FULL_COUNTS: "1", PATH: `${bin}${delimiter}${process.env["PATH"]}` },
});

function chosen(): readonly string[] {
  const words = process.argv.slice(2);
  if (words.length > 0) return words;
  const { stdout } = spawnSync("git", ["grep", "-lF", COUNTING, "--", "src"], {
    cwd: root,
    encoding: "utf8",
  });
  return [...SUITES, ...stdout.split("\n").filter(Boolean)];
}

function version(): string {
  return spawnSync(`${bin}/node`, ["--version"], { encoding: "utf8" }).stdout.trim();
}

/** Ends this process with the command's exit code when it fails. */
function run(
  program: string,
  args: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
): void {
  const { status, error } = spawnSync(program, args, { ...options, stdio: ["ignore", "inherit", "inherit"] });
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(status ?? 1);
}
