// Makes the demo's scratch repository: a copy of the example tree whose dates and git history end now. Nothing of the
// user's git configuration, hooks or signing keys has a part in it.

import { applyReads } from "../../core/tree/update-index.ts";
import { DAY_MS } from "../../core/values/durations.ts";
import type { CommandResult, RunCommand } from "../../ports/system/run-command.ts";
import type { ScratchFolders } from "../../ports/system/scratch-folders.ts";
import type { TreeFiles } from "../../ports/tree/tree-files.ts";
import { type PlannedCommit, parseHistory, planHistory } from "./plan-history.ts";
import { LIMITED_WORKER } from "./play-workers.ts";

/** One commit takes milliseconds; a git that takes this long will not get better. */
const GIT_TIMEOUT_MS = 10_000;
/** Shown as the repository's name. */
const DEMO_NAME = "dataface";

export type DemoContext = {
  readonly scratch: ScratchFolders;
  readonly run: RunCommand;
  readonly openTreeFiles: (root: string) => Promise<TreeFiles>;
  /** Where git is looked for; nothing else of the environment is passed on. */
  readonly searchPath: string;
  /** Where the example lies: `tasks/`, `history.yaml`, and the worker that plays. */
  readonly exampleFolder: string;
  /** The program that runs the example's worker: Node.js, absolute. */
  readonly node: string;
  readonly nowMs: number;
  readonly signal: AbortSignal;
};

export type Demo = {
  readonly root: string;
  /** Why there is no history, when there is none. */
  readonly withoutHistory: string | null;
};

/** The caller removes `root` in the end. When this throws, nothing is left. */
export async function makeDemo(context: DemoContext): Promise<Demo> {
  const { scratch, exampleFolder, signal } = context;
  const root = await scratch.make(DEMO_NAME);
  try {
    await scratch.copy(`${exampleFolder}/tasks`, `${root}/tasks`);
    await configureWorker(context, root);
    const failed = await commitHistory(context, root, await readHistory(context, root));
    signal.throwIfAborted();
    return { root, withoutHistory: failed?.message ?? null };
  } catch (error) {
    await scratch.remove(root);
    throw error;
  }
}

const CONFIG_FILE = "tasks/config.yaml";

/** Where the demo's worker lies is known only here. JSON is YAML, so any path can stand in it. */
async function configureWorker({ scratch, exampleFolder, node }: DemoContext, root: string): Promise<void> {
  const file = `${root}/${CONFIG_FILE}`;
  const text = await scratch.readText(file);
  const command = JSON.stringify([node, `${exampleFolder}/agent.mjs`, "{slug}"]);
  await scratch.writeText(
    file,
    `${text ?? ""}${WORKER_COMMENT}worker:\n  command: ${command}\n${limitedWorker(command)}`,
  );
}

const WORKER_COMMENT = `
# The demo's worker plays what agents do. \`tasks worker use claude\` puts a real one here.
`;

/** The same program with another account, whose usage limit is reached. */
function limitedWorker(command: string): string {
  return `workers:\n  ${LIMITED_WORKER}:\n    kind: command\n    account: demo\n    command: ${command}\n`;
}

/** The commits to make, once the files have the dates of today. */
async function readHistory(context: DemoContext, root: string): Promise<readonly PlannedCommit[]> {
  const { scratch, exampleFolder, nowMs } = context;
  const text = await scratch.readText(`${exampleFolder}/history.yaml`);
  if (text === null) return [];
  const history = parseHistory(text);
  const tree = readNames(await context.openTreeFiles(root), nowMs);
  const files = tree.files.map((file) => `${root}/${file}`);
  await moveDatesOf(context, files, daysBetween(history.written_on, nowMs));
  return planHistory({ history, nowMs, ...tree });
}

/** To the day on which the demo runs: a milestone that is planned for next month stays so. */
async function moveDatesOf({ scratch }: DemoContext, files: readonly string[], days: number) {
  for (const file of files) {
    const text = await scratch.readText(file);
    const moved = text === null ? null : moveDates(text, days);
    if (moved !== null && moved !== text) await scratch.writeText(file, moved);
  }
}

/** Null when every commit was made, else what git said; the tree itself is then served without git. */
async function commitHistory(
  context: DemoContext,
  root: string,
  commits: readonly PlannedCommit[],
): Promise<CommandResult | null> {
  const started = await git(context, root, ["init", "--quiet", "--template=", "--initial-branch=main"]);
  if (!started.ok) return started;
  for (const commit of commits) {
    const added = await git(context, root, ["add", "--", ...commit.paths]);
    if (!added.ok) return added;
    const made = await git(context, root, ["commit", "--quiet", `--message=${commit.subject}`], commit);
    if (!made.ok) return made;
  }
  return null;
}

function readNames(treeFiles: TreeFiles, nowMs: number) {
  const listing = treeFiles.list();
  const stamps = listing.kind === "listed" ? listing.stamps : [];
  const reads = stamps.map((stamp) => treeFiles.read(stamp));
  const { index } = applyReads({ index: new Map(), reads, gone: [], nowMs });
  const people = new Map<string, string>();
  for (const { parsed } of index.values()) {
    if (parsed.kind === "person" && parsed.name !== null) people.set(parsed.slug, parsed.name);
  }
  return { files: [CONFIG_FILE, ...stamps.map(({ path }) => path)], people };
}

const CONFIGURATION = [
  "core.hooksPath=/dev/null",
  "commit.gpgSign=false",
  "core.autocrlf=false",
  "gc.auto=0",
];

function git(
  context: DemoContext,
  root: string,
  args: readonly string[],
  commit?: PlannedCommit,
): Promise<CommandResult> {
  const settings = CONFIGURATION.flatMap((setting) => ["-c", setting]);
  return context.run({
    program: "git",
    args: [...settings, ...args],
    cwd: root,
    env: {
      PATH: context.searchPath,
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_TERMINAL_PROMPT: "0",
      ...(commit !== undefined && identity(commit)),
    },
    timeoutMs: GIT_TIMEOUT_MS,
    signal: context.signal,
  });
}

function identity({ author, atMs }: PlannedCommit): Record<string, string> {
  const date = `@${Math.floor(atMs / 1000)} +0000`;
  return {
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: author.name,
    GIT_COMMITTER_EMAIL: author.email,
    GIT_COMMITTER_DATE: date,
  };
}

/** A calendar day as task files write it, not a part of a longer number or word. */
const DATE = /(?<![\w-])\d{4}-\d{2}-\d{2}(?![\w-])/g;

/** Whole days between two moments' days, in UTC as targets are. */
export function daysBetween(writtenOn: string, nowMs: number): number {
  return Math.floor(nowMs / DAY_MS) - Math.floor(Date.parse(writtenOn) / DAY_MS);
}

/** Every date of the text, so many days later; what only looks like a date stays. */
export function moveDates(text: string, days: number): string {
  return text.replace(DATE, (date) => {
    const ms = Date.parse(date);
    return Number.isFinite(ms) ? new Date(ms + days * DAY_MS).toISOString().slice(0, date.length) : date;
  });
}
