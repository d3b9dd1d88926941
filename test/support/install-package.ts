// Packs the program as npm would publish it and installs it into an empty folder, once for each state of the sources:
// the processes that tests start are what users install, not what lies in src/. Vitest runs this before the suites.

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** `bin/tasks.js` of the installed package; absolute. */
    readonly tasksEntry: string;
  }
}

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
const cache = join(root, "node_modules/.cache/installed-package");

/** What the package is made of, beside files that git ignores. */
const PACKAGED = [
  ...["src", "bin", "examples", "docs", "scripts/build.ts"],
  ...["package.json", "package-lock.json", "README.md", "CHANGELOG.md", "LICENSE"],
];
/** Installs of other states of the sources are removed after this time: another run may be using them. */
const KEPT_MS = 3_600_000;

export async function setup(project: TestProject): Promise<void> {
  const folder = join(cache, await hashSources());
  if (!existsSync(folder)) await install(folder);
  utimesSync(folder, new Date(), new Date());
  removeOthers(folder);
  project.provide("tasksEntry", join(folder, "node_modules/dataface-tasks/bin/tasks.js"));
}

async function hashSources(): Promise<string> {
  const { stdout } = await run(
    "git",
    ["ls-files", "-co", "--exclude-standard", "-z", "--", ...PACKAGED, ":!:*.test.ts"],
    { cwd: root, maxBuffer: 16 * 1024 * 1024 },
  );
  const hash = createHash("sha256");
  for (const file of stdout
    .split("\0")
    .filter((name) => name !== "" && existsSync(join(root, name)))
    .sort()) {
    hash.update(`${file}\0`).update(readFileSync(join(root, file)));
  }
  return hash.digest("hex").slice(0, 16);
}

/** Beside its place first, so that a run that is ended midway leaves no half of a package there. */
async function install(folder: string): Promise<void> {
  mkdirSync(cache, { recursive: true });
  const scratch = mkdtempSync(join(cache, "making-"));
  try {
    await npm(["pack", "--silent", "--pack-destination", scratch], root);
    const packed = readdirSync(scratch).find((name) => name.endsWith(".tgz"));
    if (packed === undefined) throw new Error("npm pack made no file.");
    writeFileSync(join(scratch, "package.json"), '{"private": true}\n');
    const options = ["--prefer-offline", "--no-audit", "--no-fund", "--silent"];
    await npm(["install", ...options, `./${packed}`], scratch);
    renameSync(scratch, folder);
  } catch (error) {
    // Another run of the tests was quicker.
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** As typed in a shell: `npm test` tells its scripts where its own project is, and npm would take that for this one. */
async function npm(words: readonly string[], cwd: string): Promise<void> {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(?:npm_|INIT_CWD$)/i.test(name)),
  );
  await run("npm", words, { cwd, env });
}

function removeOthers(folder: string): void {
  for (const name of readdirSync(cache)) {
    const other = join(cache, name);
    if (other !== folder && Date.now() - statSync(other).mtimeMs > KEPT_MS) {
      rmSync(other, { recursive: true, force: true });
    }
  }
}
