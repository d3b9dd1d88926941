// P27: what is started often loads what it needs and nothing else. Seen by a hook in the processes themselves: the sources
// show which modules run, the installed package how many files and which of Node's own modules that takes.

import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { createRepository, temporaryFolder } from "../support/git-repository.ts";
import { TASKS_FOLDER } from "../support/program.ts";
import { runTasks, type TasksOptions } from "./tasks-process.ts";

const SOURCES = fileURLToPath(new URL("../../src/", import.meta.url));
const HOOK = fileURLToPath(new URL("./loaded-modules-child.ts", import.meta.url));
/** There is no such run: it loads all that it ever needs, looks for it and ends. */
const SUPERVISE = ["supervise", "--run", "none", "--epoch", "1", "--repo", "."];

const TREE = {
  "tasks/workstreams/infra/tasks/fix-it.md": "---\ntitle: Fix it\nstatus: ready\n---\n",
  "tasks/config.yaml": "refresh:\n  wait_ms: 900\n",
};

/** What a command line loads: files by address, Node's own modules as `node:name`. */
async function loadedBy(
  words: readonly string[],
  {
    root = createRepository(TREE).root,
    ...started
  }: Pick<TasksOptions, "main"> & { readonly root?: string } = {},
): Promise<readonly string[]> {
  const list = join(temporaryFolder(), "loaded");
  const env = {
    NODE_OPTIONS: `--import=${HOOK}`,
    NODE_COMPILE_CACHE: temporaryFolder(),
    LOADED_MODULES: list,
    TASKS_REPO: root,
  };
  await runTasks(words, { cwd: root, env, ...started });
  return readFileSync(list, "utf8").split("\n");
}

function packagesOf(loaded: readonly string[]): string[] {
  const names = loaded.map(
    (url) => /\/node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*\/node_modules\/)/.exec(url)?.[1],
  );
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}

/** Of our own: what only servers, syncs at the host and edits of files need. */
const ELSEWHERE = /\/src\/(web|app\/demo|adapters\/(log|files\/(task|config)-writer))/;

test.each([
  { name: "--help", words: ["--help"], packages: ["commander"] },
  { name: "list", words: ["list"], packages: ["commander", "js-yaml", "zod"] },
  { name: "heartbeat", words: ["heartbeat"], packages: ["commander", "js-yaml", "zod"] },
  { name: "supervise", words: SUPERVISE, packages: ["commander", "js-yaml", "zod"] },
])("P27: $name runs no other packages than $packages", async ({ words, packages }) => {
  const loaded = await loadedBy(words, { main: join(SOURCES, "main.ts") });
  expect(loaded.some((url) => url.endsWith("/src/main.ts"))).toBe(true);
  expect(packagesOf(loaded)).toEqual(packages);
  expect(loaded.filter((url) => ELSEWHERE.test(url))).toEqual([]);
});

/** Of our own: what derives a snapshot, and what talks to agents. */
const DERIVES = /\/src\/(core\/(classify|signal|agent\/claude)|app\/(cycle\/derive|delivery\/run-sync))/;

test("P27: a list of tasks that have not changed loads neither what derives a snapshot nor a kind of agent", async () => {
  const { root } = createRepository(TREE);
  const deriving = async () =>
    (await loadedBy(["list"], { main: join(SOURCES, "main.ts"), root })).filter((url) => DERIVES.test(url));
  expect(await deriving()).toContainEqual(expect.stringMatching(/derive-snapshot\.ts$/));
  // A file that was written a moment ago is read again.
  await expect.poll(deriving, { timeout: 20_000, interval: 500 }).toEqual([]);
});

/** Of Node's: those that its modules load once they are looked at as a whole. */
const HEAVY = ["undici/undici", "node:_http_server", "node:http2", "node:tls", "webstreams/readablestream"];

test.each([
  { name: "heartbeat", words: ["heartbeat"] },
  { name: "supervise", words: SUPERVISE },
])(
  "P27: the installed $name is one file, and of Node no part of fetch or of servers",
  async ({ name, words }) => {
    const loaded = await loadedBy(words);
    const program = dirname(TASKS_FOLDER);
    const files = loaded
      .filter((url) => url.startsWith("file:"))
      .map((url) => relative(program, fileURLToPath(url)));
    expect(files.filter((file) => !file.startsWith(".."))).toEqual([
      "bin/tasks.js",
      "bin/often-started.js",
      `dist/${name}.js`,
    ]);
    expect(loaded).toContain("node:fs");
    expect(HEAVY.filter((name) => loaded.some((one) => one.endsWith(name)))).toEqual([]);
  },
);

test("P27: what a bundle leaves in a file of its own is in the package, and loads", async () => {
  const { root } = createRepository({ ...TREE, "tasks/config.yaml": "refresh:\n\n  wait_ms: soon\n" });
  const dist = join(dirname(TASKS_FOLDER), "dist");
  for (const name of ["heartbeat", "supervise"]) {
    const apart = readFileSync(join(dist, `${name}.js`), "utf8").matchAll(/import\("\.\/([^"]+)"\)/g);
    for (const [, file = ""] of apart) expect(existsSync(join(dist, file)), file).toBe(true);
  }
  const { stderr } = await runTasks(["heartbeat"], { cwd: root, env: { TASKS_REPO: root } });
  expect(stderr).toContain("tasks/config.yaml:3");
});
