// What the command line needs from the world. main.ts fills it in; everything heavy behind it is loaded when asked for.

import type { Config } from "../../config/schema.ts";
import type { CommittedFiles } from "../../ports/git/committed-files.ts";
import type { Git } from "../../ports/git/git-facts.ts";
import type { UninstallHooks } from "../../ports/git/git-hooks.ts";
import type { PullRequestHosts } from "../../ports/git/pull-request-host.ts";
import type { Worktrees } from "../../ports/git/worktrees.ts";
import type { CallingWorker } from "../../ports/runs/calling-worker.ts";
import type { RunFiles } from "../../ports/runs/run-files.ts";
import type { RunProbe } from "../../ports/runs/run-probe.ts";
import type { WorkerSlots } from "../../ports/runs/worker-slots.ts";
import type { WorkerLauncher, Workers } from "../../ports/runs/workers.ts";
import type { LeaseHolder, Store } from "../../ports/store/store.ts";
import type { ActingUser } from "../../ports/system/acting-user.ts";
import type { Clock } from "../../ports/system/clock.ts";
import type { Log } from "../../ports/system/log.ts";
import type { ProcessProbe } from "../../ports/system/process-probe.ts";
import type { Programs } from "../../ports/system/programs.ts";
import type { RunCommand } from "../../ports/system/run-command.ts";
import type { RunnerLauncher, RunnerParent } from "../../ports/system/runner-process.ts";
import type { ScratchFolders } from "../../ports/system/scratch-folders.ts";
import type { SettingsFiles } from "../../ports/tree/settings-files.ts";
import type { SnapshotFiles } from "../../ports/tree/snapshot-files.ts";
import type { TaskWriter } from "../../ports/tree/task-writer.ts";
import type { TreeFiles, TreeWatch } from "../../ports/tree/tree-files.ts";
import type { TreeReader } from "../../ports/tree/tree-reader.ts";
import type { ServerOptions, StartedServer } from "../../web/server/server.ts";

type WorktreeSettings = Pick<Config["worktree"], "base" | "disposable">;

export type RunProbeOptions = {
  readonly worktrees: () => WorktreeSettings;
  readonly lookCloserMs: number;
  readonly log: Log;
};

export type System = {
  readonly version: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The folder in which the user typed the command: npm changes the working directory of its scripts. */
  readonly typedIn: string;
  /** The user's own folders outside the repository, absolute; they may not exist yet. */
  readonly ownFolders: { readonly config: string; readonly state: string };
  /** Why one of them cannot be used: completes "it cannot be used: "; null when it can. Touches nothing. */
  ownFolderFlaw(folder: string): string | null;
  /** Who is logged in, as the system knows them; null when it does not. */
  userName(): string | null;
  readonly clock: Clock;
  /** The example tree that comes with the package. */
  readonly exampleFolder: string;
  /** The repository's root folder. Throws UserError `repository_missing`. */
  findRepository(asked: string | null): Promise<string>;
  openStore(root: string): Promise<Store>;
  /** For a process that outlives a full disk: never throws; a store that cannot be used is tried again at each use. */
  openStoreLater(root: string): Promise<Store>;
  openSnapshotFiles(root: string): Promise<SnapshotFiles>;
  openTreeFiles(root: string): Promise<TreeFiles>;
  openTreeReader(root: string): Promise<TreeReader>;
  openTaskWriter(root: string): Promise<TaskWriter>;
  /** Where settings and trust come from, for a repository. */
  openSettingsFiles(root: string): Promise<SettingsFiles>;
  /** Puts a text in the place of the settings file that was read; null: there was none. Throws UserError. */
  replaceConfigFile(change: {
    readonly root: string;
    readonly before: string | null;
    readonly after: string;
  }): Promise<void>;
  openTreeWatch(root: string, mode: Config["watch"]): Promise<TreeWatch>;
  openGit(root: string): Promise<Git>;
  openLog(level: Config["server"]["log_level"]): Promise<Log>;
  /** This process as the holder of a lease. */
  describeHolder(): Promise<LeaseHolder>;
  openProcessProbe(): Promise<ProcessProbe>;
  /** For a process that stays: memory before speed. */
  keepHeapSmall(): Promise<void>;
  /** Gives memory back that was needed once; for when nobody waits. */
  openMemoryFreer(): Promise<() => void>;
  /** Starts `tasks <words>` as runner processes. */
  openRunnerLauncher(words: readonly string[]): Promise<RunnerLauncher>;
  /** The server that started this process as its runner; null when none did. */
  connectToParent(): Promise<RunnerParent | null>;
  /** The user who may act through the pages of a server. */
  openActingUser(log: Log): Promise<ActingUser>;
  /** A secret for the one-time address of `tasks open`, good once. */
  issueOneTimeSecret(): Promise<string>;
  /** Shows an address to the person at this machine in their browser. False where there is none. */
  openBrowser(address: string): Promise<boolean>;
  startServer(options: ServerOptions): Promise<StartedServer>;
  /** Who listens on a port of this machine, in words: "another tasks server, for app". */
  namePortHolder(port: number): Promise<string>;
  writeNewFiles(
    root: string,
    files: readonly { readonly path: string; readonly text: string }[],
  ): Promise<void>;
  readonly runCommand: RunCommand;
  openWorkers(root: string): Promise<Workers>;
  openWorkerSlots(root: string): Promise<WorkerSlots>;
  openRunProbe(root: string, options: RunProbeOptions): Promise<RunProbe>;
  /** For a supervisor. */
  openWorkerLauncher(root: string): Promise<WorkerLauncher>;
  /** The worker of a run that this process was started by; null for a person. */
  findCallingWorker(): Promise<CallingWorker | null>;
  /** The linked worktree that the current folder lies in, absolute and real; null in none. */
  enclosingWorktree(): Promise<string | null>;
  /** For a supervisor: makes the secret that a worker speaks for its run with. */
  openProofMaker(): Promise<() => { readonly secret: string; readonly hash: string }>;
  /** What the store holds instead of that secret. */
  hashOfProof(secret: string): Promise<string>;
  /** Calls back when this process, a supervisor, is asked to look at its run; returns how to stop that. */
  onNudge(listener: () => void): () => void;
  openRunFiles(root: string): Promise<RunFiles>;
  openWorktrees(root: string, settings: () => WorktreeSettings): Promise<Worktrees>;
  /** The folder in a worktree, both absolute, that stands for the repository being served. */
  twinFolder(root: string, worktree: string): Promise<string>;
  openCommittedFiles(root: string): Promise<CommittedFiles>;
  openPrograms(root: string): Promise<Programs>;
  openPullRequestHosts(root: string, settings: () => Config["github"]): Promise<PullRequestHosts>;
  readonly uninstallHooks: UninstallHooks;
  openScratchFolders(): Promise<ScratchFolders>;
};
