// The only wiring of adapters to ports. Everything heavy is imported when it is first needed, so that `tasks --help`
// loads next to nothing.

import { readFileSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { systemClock } from "./adapters/clock.ts";
import type { ConnectionSettings } from "./adapters/sqlite/database/connection.ts";
import { ownFolderFlaw, userFolders } from "./adapters/user/user-folders.ts";
import type { System } from "./cli/contract/system.ts";
import { runCommandLine } from "./cli/main.ts";
import { typedIn } from "./cli/typed-in.ts";

/** What is ours in a watched repository; invisible to git (adapters/files/state-folder.ts). */
const STATE_FOLDER = ".tasks/task_manager";
const STORE_FILE = "store.sqlite";
const EDIT_LOCK_FILE = "edits.lock";

const { env } = process;
const packageFolder = fileURLToPath(new URL("..", import.meta.url)).replace(/[/\\]$/, "");
const stateFolder = (root: string) => join(root, STATE_FOLDER);
/** The file that Node was started with: what a runner process is started with as well. */
const entry = process.argv[1] ?? fileURLToPath(import.meta.url);

const world: System = {
  version: readVersion(),
  environment: env,
  typedIn: typedIn({ currentFolder: currentFolder(), packageFolder, startedNpmIn: env["INIT_CWD"] }),
  // The demo moves them, for itself and for what it starts.
  get ownFolders() {
    return userFolders(env);
  },
  ownFolderFlaw,
  userName,
  clock: systemClock,
  exampleFolder: fileURLToPath(new URL("../examples/dataface", import.meta.url)),
  findRepository: async (asked) => {
    const { findRepository } = await import("./adapters/tree-files/find-repository.ts");
    return findRepository({ asked, env, typedIn: world.typedIn });
  },
  openStore: async (root) => {
    const { openSqliteStore } = await import("./adapters/sqlite/sqlite-store.ts");
    return openSqliteStore(await storeSettings(root));
  },
  openStoreLater: async (root) => {
    const { createSqliteStore } = await import("./adapters/sqlite/sqlite-store.ts");
    return createSqliteStore(await storeSettings(root));
  },
  openSnapshotFiles: async (root) => {
    const { createSnapshotFiles } = await import("./adapters/snapshot-file/snapshot-file.ts");
    return createSnapshotFiles({ folder: stateFolder(root) });
  },
  openTreeFiles: async (root) => {
    const { createTreeFiles } = await import("./adapters/tree-files/tree-files.ts");
    return createTreeFiles({ root });
  },
  openTreeReader: async (root) => {
    const { createTreeReader } = await import("./adapters/tree-files/tree-reader.ts");
    return createTreeReader({ root });
  },
  openTaskWriter: async (root) => {
    const { createTaskWriter } = await import("./adapters/tree-files/task-writer.ts");
    return createTaskWriter({ root, lockFile: join(stateFolder(root), EDIT_LOCK_FILE) });
  },
  openSettingsFiles: async (root) => {
    const { createSettingsFiles } = await import("./adapters/user/settings-files.ts");
    return createSettingsFiles({ root, ownFolder: world.ownFolders.config });
  },
  replaceConfigFile: async (change) => {
    const { replaceConfigFile } = await import("./adapters/tree-files/config-writer.ts");
    return replaceConfigFile(change);
  },
  openTreeWatch: async (root, mode) => {
    const { createTreeWatch } = await import("./adapters/tree-files/tree-watch.ts");
    return createTreeWatch({ root, stateFolder: stateFolder(root), mode });
  },
  openGit: async (root) => {
    const { createGit } = await import("./adapters/git/facts/git.ts");
    return createGit({ root });
  },
  openLog: async (level) => {
    const { createLog } = await import("./adapters/log.ts");
    return createLog({ level });
  },
  describeHolder: async () => {
    const { describeHolder } = await import("./adapters/process-table/process-identity.ts");
    return describeHolder({ url: null });
  },
  openMemoryFreer: async () => {
    const { createMemoryFreer } = await import("./adapters/launch/free-memory.ts");
    return createMemoryFreer();
  },
  keepHeapSmall: async () => {
    const { keepHeapSmall } = await import("./adapters/launch/small-heap.ts");
    keepHeapSmall();
  },
  openProcessProbe: async () => {
    const { createProcessProbe } = await import("./adapters/process-table/process-identity.ts");
    return createProcessProbe();
  },
  openRunnerLauncher: async (words) => {
    const { createRunnerLauncher } = await import("./adapters/launch/runner-process.ts");
    // The repository may be deleted while it is served; the folder of the program stays.
    return createRunnerLauncher({ entry, args: words, cwd: dirname(entry), env });
  },
  connectToParent: async () => {
    const { connectToParent } = await import("./adapters/launch/runner-process.ts");
    return connectToParent();
  },
  openActingUser: async (log) => {
    const { createActingUser } = await import("./adapters/user/acting-user.ts");
    const name = userName() ?? "the user who started this server";
    return createActingUser({ name, stateFolder: userFolders(env).state, nowMs: systemClock.wallMs, log });
  },
  issueOneTimeSecret: async () => {
    const { issueSecret } = await import("./adapters/user/one-time-addresses.ts");
    return issueSecret({ stateFolder: userFolders(env).state, nowMs: systemClock.wallMs });
  },
  openBrowser: async (address) => {
    const { openBrowser } = await import("./adapters/exec/open-browser.ts");
    return openBrowser(address, { environment: env, stateFolder: userFolders(env).state });
  },
  startServer: async (options) => {
    const { startServer } = await import("./web/server/server.ts");
    return startServer(options);
  },
  namePortHolder: async (port) => {
    const { namePortHolder } = await import("./adapters/process-table/port-holder.ts");
    return namePortHolder(port);
  },
  writeNewFiles: async (root, files) => {
    const { writeNewFiles } = await import("./adapters/file-system/write-new-files.ts");
    return writeNewFiles(root, files);
  },
  runCommand: async (request) => {
    const { runCommand } = await import("./adapters/exec/run-command.ts");
    return runCommand(request);
  },
  openWorkers: async (root) => {
    const { createWorkers } = await import("./adapters/launch/workers.ts");
    const nodeArguments = process.execArgv;
    return createWorkers({ root, entry, nodeArguments, environment: env, folder: dirname(entry) });
  },
  openWorkerSlots: async (root) => {
    const { createWorkerSlots } = await import("./adapters/sqlite/worker-slots.ts");
    const { probeProcess } = await import("./adapters/process-table/process-identity.ts");
    const { state } = userFolders(env);
    return createWorkerSlots({ stateFolder: state, root, see: probeProcess, nowMs: systemClock.wallMs });
  },
  openWorkerLauncher: async (root) => {
    const { createWorkerLauncher } = await import("./adapters/launch/worker-process.ts");
    return createWorkerLauncher({ stateFolder: stateFolder(root), environment: env });
  },
  findCallingWorker: async () => {
    const { findCallingWorker } = await import("./adapters/process-table/calling-worker.ts");
    return findCallingWorker(env);
  },
  enclosingWorktree: async () => {
    const { enclosingWorktree } = await import("./adapters/git/facts/enclosing-worktree.ts");
    return enclosingWorktree(currentFolder());
  },
  openProofMaker: async () => (await import("./adapters/launch/attempt-proof.ts")).newAttemptProof,
  hashOfProof: async (secret) => (await import("./adapters/launch/attempt-proof.ts")).hashOfProof(secret),
  onNudge: (listener) => {
    process.on("SIGTERM", listener);
    return () => process.off("SIGTERM", listener);
  },
  openRunProbe: async (root, { worktrees: settings, lookCloserMs, log }) => {
    const { createRunProbe } = await import("./adapters/run-probe/run-probe.ts");
    const [workers, worktrees] = await Promise.all([
      world.openWorkers(root),
      world.openWorktrees(root, settings),
    ]);
    const parts = { root, stateFolder: stateFolder(root), workers, worktrees, clock: systemClock, log };
    return createRunProbe({ ...parts, lookCloserMs });
  },
  openRunFiles: async (root) => {
    const { createRunFiles } = await import("./adapters/run-log/run-files.ts");
    const program = { node: process.execPath, nodeArguments: process.execArgv, entry };
    return createRunFiles({ stateFolder: stateFolder(root), program, nowMs: systemClock.wallMs });
  },
  openWorktrees: async (root, settings) => {
    const { createWorktrees } = await import("./adapters/git/worktrees.ts");
    return createWorktrees({
      root,
      env,
      get base() {
        return settings().base;
      },
      get disposable() {
        return settings().disposable;
      },
    });
  },
  twinFolder: async (root, worktree) => {
    const { twinFolder } = await import("./adapters/git/facts/twin-folder.ts");
    return twinFolder(root, worktree);
  },
  openCommittedFiles: async (root) => {
    const { createCommittedFiles } = await import("./adapters/git/facts/committed-files.ts");
    const { runCommand } = await import("./adapters/exec/run-command.ts");
    return createCommittedFiles({ root, env, run: runCommand });
  },
  openPrograms: async (root) => {
    const { createPrograms } = await import("./adapters/exec/programs.ts");
    return createPrograms({ root, env });
  },
  openPullRequestHosts: async (root, settings) => {
    const { createGitHubHosts } = await import("./adapters/github/find-host.ts");
    const { runCommand } = await import("./adapters/exec/run-command.ts");
    const hosts = { root, env, run: runCommand, clock: systemClock };
    return { find: (signal) => createGitHubHosts({ ...hosts, settings: settings() }).find(signal) };
  },
  uninstallHooks: async (root, signal) => {
    const { uninstallHooks } = await import("./adapters/git/facts/uninstall-hooks.ts");
    return await uninstallHooks({ root, env }, signal);
  },
  openScratchFolders: async () => {
    const { scratchFolders } = await import("./adapters/file-system/scratch-folders.ts");
    return scratchFolders;
  },
};

await runCommandLine(process.argv.slice(2), world);

async function storeSettings(root: string): Promise<ConnectionSettings> {
  const plain = { file: join(stateFolder(root), STORE_FILE), nowMs: systemClock.wallMs };
  // A supervisor and a worker speak for a run that the store has; theirs may be another home than the person's.
  if (env["TASKS_RUN"]) return plain;
  const [{ createStoreAdmission }, { KnownStores }, { isTracked }, { probeProcess }] = await Promise.all([
    import("./adapters/sqlite/store-admission.ts"),
    import("./adapters/user/known-stores.ts"),
    import("./adapters/git/facts/tracked-state.ts"),
    import("./adapters/process-table/process-identity.ts"),
  ]);
  const admission = createStoreAdmission({
    repository: root,
    path: join(STATE_FOLDER, STORE_FILE),
    known: new KnownStores(world.ownFolders.state),
    isTracked: () => isTracked(root, STATE_FOLDER, env),
    isAliveHere: (holder) => probeProcess(holder) === "alive",
    adoptsAny: env["TASKS_ADOPT_STORE"] === "yes",
  });
  return { ...plain, admission };
}

/** A container may run under a number that has no name. */
function userName(): string | null {
  try {
    return userInfo().username;
  } catch {
    return null;
  }
}

/** A worker whose worktree was deleted still has to say how it went: it is told where the repository is. */
function currentFolder(): string {
  try {
    return process.cwd();
  } catch {
    return env["PWD"] ?? "/";
  }
}

/** Both from src/ and from dist/ the package is one folder up. */
function readVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  return version;
}
