// A repository with a real bare remote, a pushed branch of a task, and another clone that pushes as well.

import { cpSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createWorktrees } from "../../src/adapters/git/worktrees.ts";
import type { CommitSha } from "../../src/core/contract/commit-sha.ts";
import type { Rebased, RebaseRequest, Worktrees } from "../../src/ports/git/worktrees.ts";
import type { RunCommand } from "../../src/ports/system/run-command.ts";
import { keptFolder, openRepository, type TestRepository, temporaryFolder } from "./git-repository.ts";
import { gitEnvironment, never, prepared } from "./task-worktrees.ts";

export const BRANCH = "task/a";
const TEN_LINES = Array.from({ length: 10 }, (_, index) => `line ${index}\n`).join("");

export type RebaseWorld = {
  readonly repository: TestRepository;
  readonly worktrees: Worktrees;
  /** Bare. */
  readonly remote: TestRepository;
  /** The task's worktree. */
  readonly task: TestRepository;
  /** Another clone. */
  readonly elsewhere: TestRepository;
  /** What was pushed of the task's branch. */
  readonly pushed: CommitSha;
};

export type RebaseWorldOptions = {
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly run?: RunCommand;
  readonly objectFormat?: "sha1" | "sha256";
  /** The repository is a clone that was made with these. */
  readonly clone?: readonly string[];
};

/** `text.md` has ten lines, of which the task changed the last; the base has not moved yet. */
export async function createRebaseWorld(options: RebaseWorldOptions = {}): Promise<RebaseWorld> {
  const { env = gitEnvironment(), run, clone } = options;
  const { remote, seed } = remoteAndSeed(options);
  const repository = clone === undefined ? seed : cloneOf(remote, ...clone);
  repository.git("config", "user.name", "Rita");
  repository.git("config", "user.email", "rita@example.com");
  const elsewhere = cloneOf(remote);
  const { root } = repository;
  const worktrees = createWorktrees({ root, base: null, env, ...(run === undefined ? {} : { run }) });
  const task = openRepository((await prepared(worktrees, "a")).folder);
  task.write("text.md", TEN_LINES.replace("line 9", "the task's line"));
  const pushed = task.commit("the task's work") as CommitSha;
  task.git("push", "--quiet", "origin", BRANCH);
  return { repository, worktrees, remote, task, elsewhere, pushed };
}

type Origin = { readonly remote: TestRepository; readonly seed: TestRepository };

/** Most worlds begin in the same way: those are copied, which takes a tenth of the time. */
let usual: Origin | null = null;

function remoteAndSeed(options: RebaseWorldOptions): Origin {
  if (options.files !== undefined || options.objectFormat !== undefined) return createRemote(options);
  usual ??= createRemote({}, keptFolder);
  const remote = openRepository(copyOf(usual.remote, "tasks-remote"));
  const seed = openRepository(copyOf(usual.seed));
  const file = join(seed.root, ".git/config");
  writeFileSync(file, readFileSync(file, "utf8").replace(usual.remote.root, remote.root));
  return { remote, seed };
}

function copyOf({ root }: TestRepository, name?: string): string {
  const folder = temporaryFolder(name);
  cpSync(root, folder, { recursive: true });
  return folder;
}

/** With two commits on `main`. */
function createRemote(
  { files = {}, objectFormat = "sha1" }: RebaseWorldOptions,
  folder = temporaryFolder,
): Origin {
  const [remote, seed] = [openRepository(folder("tasks-remote")), openRepository(folder())];
  const format = `--object-format=${objectFormat}`;
  remote.git("init", "--quiet", "--bare", "--initial-branch=main", format);
  remote.git("config", "uploadpack.allowFilter", "true");
  seed.git("init", "--quiet", "--initial-branch=main", format);
  seed.commit("first");
  const all = { "text.md": TEN_LINES, "other.md": "other\n", ...files };
  for (const [path, text] of Object.entries(all)) seed.write(path, text);
  seed.commit("second");
  seed.git("remote", "add", "origin", remote.root);
  seed.git("push", "--quiet", "origin", "main");
  return { remote, seed };
}

function cloneOf(remote: TestRepository, ...options: readonly string[]): TestRepository {
  const root = join(temporaryFolder(), "clone");
  remote.git("clone", "--quiet", ...options, `file://${remote.root}`, root);
  return openRepository(root);
}

/** The base moves on, in a line that the task did not change. */
export function moveBase({ elsewhere }: RebaseWorld): CommitSha {
  return pushToBase(elsewhere, "text.md", TEN_LINES.replace("line 0", "the base's line"));
}

/** The base moves on, in the line that the task changed. */
export function moveBaseIntoConflict({ elsewhere }: RebaseWorld): CommitSha {
  return pushToBase(elsewhere, "text.md", TEN_LINES.replace("line 9", "the base's line"));
}

export function pushToBase(elsewhere: TestRepository, path: string, text: string): CommitSha {
  elsewhere.write(path, text);
  const commit = elsewhere.commit("the base's work") as CommitSha;
  elsewhere.git("push", "--quiet", "origin", "HEAD:refs/heads/main");
  return commit;
}

export function rebase(
  { worktrees, pushed }: Pick<RebaseWorld, "worktrees" | "pushed">,
  request: Partial<RebaseRequest> = {},
): Promise<Rebased> {
  const usual = { slug: "a", branch: BRANCH, base: "main", headCommit: pushed, dryRun: false };
  return worktrees.rebase({ ...usual, signal: never(), ...request });
}

export function headOf({ task }: Pick<RebaseWorld, "task">): CommitSha {
  return task.git("rev-parse", "HEAD") as CommitSha;
}

export function textOf({ task }: Pick<RebaseWorld, "task">, name = "text.md"): string {
  return readFileSync(join(task.root, name), "utf8");
}

/** The pull request has what the worktree has. */
export function pushAgain(world: RebaseWorld): { readonly headCommit: CommitSha } {
  world.task.git("push", "--quiet", "--force", "origin", BRANCH);
  return { headCommit: headOf(world) };
}

/** Everything that a rebase could change, here and on the remote. */
export function stateOf(world: RebaseWorld): unknown {
  return { ...stateOfTask(world), refs: refsOf(world.repository), objects: objectsOf(world) };
}

/** The same without what a fetch leaves: objects, and what is known of the remote's branches. */
export function stateOfTask({ repository, remote, task }: RebaseWorld): Record<string, unknown> {
  return {
    branches: refsOf(repository).filter((ref) => ref.startsWith("refs/heads/")),
    remote: refsOf(remote),
    head: task.git("symbolic-ref", "HEAD"),
    status: task.git("status", "--porcelain", "--ignored"),
    index: task.git("ls-files", "--stage", "-v"),
    reflog: task.git("reflog", "--format=%H %gs"),
    files: filesBelow(join(repository.root, ".worktrees")),
    git: filesBelow(join(repository.root, ".git/worktrees/a")),
  };
}

function refsOf(repository: TestRepository): readonly string[] {
  return repository.git("for-each-ref", "--format=%(refname) %(objectname)").split("\n");
}

function objectsOf({ repository }: RebaseWorld): readonly string[] {
  const folder = join(repository.root, ".git/objects");
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
}

/** Git rewrites the index whenever it compares files. */
function filesBelow(folder: string): readonly string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name !== "index");
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  return paths.map((path) => `${path} ${statSync(path).mode.toString(8)} ${readFileSync(path, "latin1")}`);
}
