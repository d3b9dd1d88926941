// `npm run test:agents [-- KIND...]`: the suite that drives the real agents against a scripted model on loopback. They are
// pinned in test/agents (1.3 GB) and installed there by the first run. Words after `--` choose agents; all without any.

import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { withoutNpm } from "./without-npm.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = `${root}test/agents`;
const lock = `${folder}/package-lock.json`;
/** The lock file of what is installed: written after an install that went well. */
const installed = `${folder}/node_modules/.installed-lock.json`;

if (!isInstalled()) {
  console.log("Installing the agents into test/agents.");
  // Not `npm ci`: it refuses a lock file without the builds of an agent for other machines, and not every registry has them.
  run("npm", ["install", "--no-save", "--no-audit", "--no-fund"], { cwd: folder, env: withoutNpm() });
  copyFileSync(lock, installed);
}
const chosen = process.argv.slice(2).join(",");
run(
  process.execPath,
  [`${root}node_modules/vitest/vitest.mjs`, "run", "--config", "test/agents/vitest.config.ts"],
  {
    cwd: root,
    env: { ...process.env, ...(chosen === "" ? {} : { TEST_AGENTS: chosen }) },
  },
);

function isInstalled(): boolean {
  return existsSync(installed) && readFileSync(installed, "utf8") === readFileSync(lock, "utf8");
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
