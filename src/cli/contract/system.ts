// The only wiring of adapters to ports: commands reach the world through this record. Everything heavy is imported when it
// is first needed, so that `tasks --help` loads next to nothing.

import { readFileSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { homedir, userInfo } from "node:os";
import { dirname, join, resolve } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { localZone, systemClock } from "../../adapters/clock.ts";
import type { TerminalProgram } from "../../adapters/exec/run-in-terminal.ts";
import type { ConnectionSettings } from "../../adapters/sqlite/database/connection.ts";
import { userFolderProblem, userFolders } from "../../adapters/user/user-folders.ts";
import type { Config } from "../../config/schema.ts";
import { PASSED_ON } from "../../core/service/service.ts";
import type { PullRequestHosts } from "../../ports/git/pull-request-host.ts";
import type { Store } from "../../ports/store/store.ts";
import type { ActingUser } from "../../ports/system/acting-user.ts";
import type { Log } from "../../ports/system/log.ts";
import type { MachineRoom } from "../../ports/system/machine-room.ts";
import type { RunCommand } from "../../ports/system/run-command.ts";
import type { ServerOptions } from "../../web/server/server.ts";

/** Our folder in a watched repository; invisible to git (adapters/file-system/state-folder.ts). */
const STATE_FOLDER = ".tasks/task_manager";
const STORE_FILE = "store.sqlite";
const EDIT_LOCK_FILE = "edits.lock";

const { env } = process;
const packageFile = findPackageJSON(import.meta.url) ?? "";
const packageFolder = dirname(packageFile);
/** The file that Node was started with: our runners, supervisors and workers start it as well. */
const entry = process.argv[1] ?? fileURLToPath(import.meta.url);
const nodeArguments = process.execArgv;
const stateFolder = (root: string) => join(root, STATE_FOLDER);
const ownState = () => userFolders(env).state;
/**
 * `npm run` in the program's own package changes to the package's folder and leaves where it was started in INIT_CWD. Every
 * other process below an npm inherits INIT_CWD too, where it does not say where this command was typed.
 */
const typedIn = (currentFolder() === packageFolder && env["INIT_CWD"]) || currentFolder();

export type System = typeof system;

type WorktreeSettings = Pick<Config["worktree"], "base" | "disposable">;

type RunProbeOptions = {
  readonly worktrees: () => WorktreeSettings;
  readonly lookCloserMs: number;
  readonly log: Log;
};

export const system = {
  version: readVersion(),
  environment: env as Readonly<Record<string, string | undefined>>,
  /** The folder in which the user typed the command: npm changes the working directory of its scripts. */
  typedIn,
  /** The user's own folders outside the repository, absolute; they may not exist yet. The demo moves them at run time. */
  get ownFolders() {
    return userFolders(env);
  },
  /** Why one of them cannot be used: completes "it cannot be used: "; null when it can. Touches nothing. */
  userFolderProblem,
  /** Who is logged in; null where the system does not know. */
  userName,
  clock: systemClock,
  zone: localZone,
  /** The example tree that comes with the package. */
  exampleFolder: join(packageFolder, "examples/dataface"),
  /** The repository's root folder. Throws UserError `repository_missing`. */
  findRepository: async (asked: string | null) =>
    (await import("../../adapters/tree-files/find-repository.ts")).findRepository({ asked, env, typedIn }),
  openStore: async (root: string): Promise<Store> =>
    (await import("../../adapters/sqlite/sqlite-store.ts")).openSqliteStore(await storeSettings(root)),
  /** For a process that outlives a full disk: never throws; a store that cannot be used is tried again at each use. */
  openStoreLater: async (root: string): Promise<Store> =>
    (await import("../../adapters/sqlite/sqlite-store.ts")).createSqliteStore(await storeSettings(root)),
  openSnapshotFiles: async (root: string) =>
    (await import("../../adapters/snapshot-file/snapshot-file.ts")).createSnapshotFiles({
      folder: stateFolder(root),
    }),
  openTreeFiles: async (root: string) =>
    (await import("../../adapters/tree-files/tree-files.ts")).createTreeFiles({ root }),
  openTreeReader: async (root: string) =>
    (await import("../../adapters/tree-files/tree-reader.ts")).createTreeReader({ root }),
  openTaskWriter: async (root: string) =>
    (await import("../../adapters/tree-files/task-writer.ts")).createTaskWriter({
      root,
      lockFile: join(stateFolder(root), EDIT_LOCK_FILE),
    }),
  /** Where settings and trust of a repository come from. */
  openSettingsFiles: async (root: string) =>
    (await import("../../adapters/user/settings-files.ts")).createSettingsFiles({
      root,
      ownFolder: userFolders(env).config,
    }),
  /** Replaces the settings file that was read, or creates it where `before` is null. Throws UserError. */
  replaceConfigFile: async (change: {
    readonly root: string;
    readonly before: string | null;
    readonly after: string;
  }) => {
    const { replaceConfigFile } = await import("../../adapters/tree-files/config-writer.ts");
    return replaceConfigFile(change);
  },
  openTreeWatch: async (root: string, mode: Config["watch"]) =>
    (await import("../../adapters/tree-files/tree-watch.ts")).createTreeWatch({
      root,
      stateFolder: stateFolder(root),
      mode,
    }),
  openGit: async (root: string) => (await import("../../adapters/git/facts/git.ts")).createGit({ root }),
  openLog: async (level: Config["server"]["log_level"]): Promise<Log> =>
    (await import("../../adapters/log.ts")).createLog({ level }),
  /** This process as the holder of a lease. */
  describeHolder: async () =>
    (await import("../../adapters/process-table/process-identity.ts")).describeHolder({ url: null }),
  openProcessProbe: async () =>
    (await import("../../adapters/process-table/process-identity.ts")).createProcessProbe(),
  /** For a long-running process: memory before speed. */
  keepHeapSmall: async () => (await import("../../adapters/launch/free-memory.ts")).keepHeapSmall(),
  /** Gives back memory that was needed once; call it when the process is idle. */
  openMemoryFreer: async () => (await import("../../adapters/launch/free-memory.ts")).createMemoryFreer(),
  /** Starts `tasks <words>` as runner processes. */
  openRunnerLauncher: async (words: readonly string[]) => {
    const { createRunnerLauncher } = await import("../../adapters/launch/runner-process.ts");
    // The repository may be deleted while it is served; the folder of the program stays.
    return createRunnerLauncher({ entry, args: words, cwd: dirname(entry), env });
  },
  /** The server that started this process as its runner, or null. */
  connectToParent: async () => (await import("../../adapters/launch/runner-process.ts")).connectToParent(),
  /** The user who may act through the pages of a server. */
  openActingUser: async (log: Log): Promise<ActingUser> => {
    const { createActingUser } = await import("../../adapters/user/acting-user.ts");
    const name = userName() ?? "the user who started this server";
    return createActingUser({ name, stateFolder: ownState(), nowMs: systemClock.wallMs, log });
  },
  /** A secret for the one-time address of `tasks open`. */
  issueOneTimeSecret: async () =>
    (await import("../../adapters/user/one-time-addresses.ts")).issueSecret({
      stateFolder: ownState(),
      nowMs: systemClock.wallMs,
    }),
  /** Opens an address in the browser of the person at this machine. False where there is none. */
  openBrowser: async (address: string) =>
    (await import("../../adapters/exec/open-browser.ts")).openBrowser(address, {
      environment: env,
      stateFolder: ownState(),
    }),
  runInTerminal: async (program: TerminalProgram) =>
    (await import("../../adapters/exec/run-in-terminal.ts")).runInTerminal(program),
  startServer: async (options: ServerOptions) =>
    (await import("../../web/server/server.ts")).startServer(options),
  /** Who listens on a port of this machine, in words: "another tasks server, for app". */
  namePortHolder: async (port: number) =>
    (await import("../../adapters/process-table/port-holder.ts")).namePortHolder(port),
  writeNewFiles: async (root: string, files: readonly { readonly path: string; readonly text: string }[]) => {
    const { writeNewFiles } = await import("../../adapters/file-system/write-new-files.ts");
    return writeNewFiles(root, files);
  },
  /** Files that a command shows a change of before it makes it. */
  openRepositoryTextFiles: async (root: string) =>
    (await import("../../adapters/file-system/repository-text-files.ts")).openRepositoryTextFiles(root),
  runCommand: (async (request) => {
    const { runCommand } = await import("../../adapters/exec/run-command.ts");
    return runCommand(request);
  }) satisfies RunCommand as RunCommand,
  /** Sends notifications, from the user's home: not from a repository. */
  openMessenger: async () => {
    const { createMessenger } = await import("../../adapters/notify/messenger.ts");
    const { runCommand } = await import("../../adapters/exec/run-command.ts");
    return createMessenger({ environment: env, folder: homedir(), run: runCommand });
  },
  openWorkers,
  openWorkerSlots: async (root: string) => {
    const { createWorkerSlots } = await import("../../adapters/sqlite/worker-slots.ts");
    const { probeProcess } = await import("../../adapters/process-table/process-identity.ts");
    return createWorkerSlots({ stateFolder: ownState(), root, see: probeProcess, nowMs: systemClock.wallMs });
  },
  /** For a supervisor. */
  openWorkerLauncher: async (root: string) =>
    (await import("../../adapters/launch/worker-process.ts")).createWorkerLauncher({
      stateFolder: stateFolder(root),
      environment: env,
    }),
  /** For a supervisor. */
  openAgentMachine: async (root: string) =>
    (await import("../../adapters/launch/agent-machine.ts")).createAgentMachine({ root, environment: env }),
  /** The worker of a run that this process was started by; null for a person. */
  findCallingWorker: async () =>
    (await import("../../adapters/process-table/calling-worker.ts")).findCallingWorker(env),
  /** The linked worktree that holds the current folder, absolute and real; null in none. */
  enclosingWorktree: async () =>
    (await import("../../adapters/git/facts/git-folder.ts")).enclosingWorktree(currentFolder()),
  /** For a supervisor: makes the secret with which a worker speaks for its run. */
  openProofMaker: async () => (await import("../../adapters/launch/attempt-proof.ts")).newAttemptProof,
  /** What the store holds instead of that secret. */
  hashOfProof: async (secret: string) =>
    (await import("../../adapters/launch/attempt-proof.ts")).hashOfProof(secret),
  /** Calls back when this process, a supervisor, is asked to look at its run; returns how to stop that. */
  onNudge: (listener: () => void) => {
    process.on("SIGTERM", listener);
    return () => void process.off("SIGTERM", listener);
  },
  openRunProbe: async (root: string, { worktrees: settings, lookCloserMs, log }: RunProbeOptions) => {
    const { createRunProbe } = await import("../../adapters/run-probe/run-probe.ts");
    const [workers, worktrees] = await Promise.all([openWorkers(root), openWorktrees(root, settings)]);
    const parts = { root, stateFolder: stateFolder(root), workers, worktrees, clock: systemClock, log };
    return createRunProbe({ ...parts, lookCloserMs });
  },
  openRunFiles: async (root: string) => {
    const { createRunFiles } = await import("../../adapters/run-log/run-files.ts");
    const program = { node: process.execPath, nodeArguments, entry };
    return createRunFiles({ stateFolder: stateFolder(root), program, nowMs: systemClock.wallMs });
  },
  openWorktrees,
  /** The folder in a worktree, both absolute, that corresponds to the repository being served. */
  servedFolder: async (root: string, worktree: string) =>
    (await import("../../adapters/git/facts/git-folder.ts")).createServedFolderFinder(root)(worktree),
  /** For a supervisor: values in the files that were copied into its worktree. */
  readCopiedSecrets: async (folder: string, paths: readonly string[]) =>
    paths.length === 0
      ? []
      : (await import("../../adapters/git/worktrees/copied-files.ts")).readCopiedSecrets(folder, paths),
  openCommittedFiles: async (root: string) => {
    const { createCommittedFiles } = await import("../../adapters/git/facts/committed-files.ts");
    const { runCommand } = await import("../../adapters/exec/run-command.ts");
    return createCommittedFiles({ root, env, run: runCommand });
  },
  openPrograms: async (root: string) =>
    (await import("../../adapters/exec/programs.ts")).createPrograms({ root, env }),
  openWorkerMemory: async () =>
    (await import("../../adapters/process-table/worker-memory.ts")).createWorkerMemory(),
  openCredentials: async () => {
    const { createCredentials } = await import("../../adapters/user/credentials.ts");
    return createCredentials({ home: homedir(), env });
  },
  openPullRequestHosts: async (root: string, settings: () => Config["github"]): Promise<PullRequestHosts> => {
    const { createGitHubHosts } = await import("../../adapters/github/find-host.ts");
    const { runCommand } = await import("../../adapters/exec/run-command.ts");
    const hosts = { root, env, run: runCommand, clock: systemClock };
    return { find: (signal) => createGitHubHosts({ ...hosts, settings: settings() }).find(signal) };
  },
  /** One result for each hook. Throws UserError without a git repository. */
  uninstallHooks: async (root: string, signal: AbortSignal) =>
    (await import("../../adapters/git/facts/uninstall-hooks.ts")).uninstallHooks({ root, env }, signal),
  /** What worktrees and run files hold. */
  openDiskUse: async (root: string) =>
    (await import("../../adapters/launch/disk-use.ts")).createDiskUse({
      root,
      stateFolder: stateFolder(root),
    }),
  /** Room for workers of this repository on this machine. */
  openMachineRoom: async (root: string): Promise<MachineRoom> =>
    (await import("../../adapters/launch/machine-room.ts")).createMachineRoom({ root }),
  openKeepAwake: async () =>
    (await import("../../adapters/exec/keep-awake.ts")).createKeepAwake({ environment: env }),
  /** Why idle sleep cannot be held off on this machine; null when it can. */
  awakeProblem: async () =>
    (await import("../../adapters/exec/keep-awake.ts")).awakeProblem({ environment: env }),
  /** systemd or launchd; a refusal where there is neither. */
  openServiceManager: async () => {
    const { findServiceManager } = await import("../../adapters/service/service-managers.ts");
    const { runCommand } = await import("../../adapters/exec/run-command.ts");
    const user = userName() ?? "";
    const own = {
      home: env["HOME"] || homedir(),
      user,
      uid: process.geteuid?.() ?? 0,
      stateFolder: ownState(),
    };
    return findServiceManager({ ...own, platform: process.platform, environment: env, run: runCommand });
  },
  /** `tasks <words>` as a command that needs no shell and no PATH. */
  programWith: (words: readonly string[]): [string, ...string[]] => [
    process.execPath,
    ...nodeArguments,
    resolve(entry),
    ...words,
  ],
  /** What a service is given of this environment. */
  serviceEnvironment: () =>
    Object.fromEntries(PASSED_ON.flatMap((name) => (env[name] ? [[name, env[name]]] : []))),
  /** The same for the same folder, and no other's. */
  nameService: async (root: string) =>
    (await import("../../adapters/service/service-managers.ts")).nameService(root),
  openScratchFolders: async () => {
    const { scratchFolders } = await import("../../adapters/file-system/scratch-folders.ts");
    return scratchFolders;
  },
};

async function openWorkers(root: string) {
  const { createWorkers } = await import("../../adapters/launch/workers.ts");
  return createWorkers({ root, entry, nodeArguments, environment: env, folder: dirname(entry) });
}

async function openWorktrees(root: string, settings: () => WorktreeSettings) {
  const { createWorktrees } = await import("../../adapters/git/worktrees.ts");
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
}

async function storeSettings(root: string): Promise<ConnectionSettings> {
  const plain = { file: join(stateFolder(root), STORE_FILE), nowMs: systemClock.wallMs };
  // Supervisors and workers use the store of their run, and may have another home than the person.
  if (env["TASKS_RUN"]) return plain;
  const [{ createStoreAdmission }, { KnownStores }, { isTracked }, { probeProcess }] = await Promise.all([
    import("../../adapters/sqlite/store-admission.ts"),
    import("../../adapters/user/known-stores.ts"),
    import("../../adapters/git/facts/tracked-state.ts"),
    import("../../adapters/process-table/process-identity.ts"),
  ]);
  const admission = createStoreAdmission({
    repository: root,
    path: join(STATE_FOLDER, STORE_FILE),
    known: new KnownStores(ownState()),
    isTracked: () => isTracked(root, STATE_FOLDER, env),
    isAliveHere: (holder) => probeProcess(holder) === "alive",
    adoptsAny: env["TASKS_ADOPT_STORE"] === "yes",
  });
  return { ...plain, admission };
}

/** A container may run under a user number that has no name. */
function userName(): string | null {
  try {
    return userInfo().username;
  } catch {
    return null;
  }
}

/** A worker whose worktree was deleted can still report: its environment names the repository. */
function currentFolder(): string {
  try {
    return process.cwd();
  } catch {
    return env["PWD"] ?? "/";
  }
}

function readVersion(): string {
  const { version } = JSON.parse(readFileSync(packageFile, "utf8"));
  return version;
}
