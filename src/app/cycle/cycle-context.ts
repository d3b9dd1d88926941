// What the use cases need from the world, wired in main.ts. Types only; each use case picks what it needs.

import type { Config } from "../../config/schema.ts";
import type { PullRequestsInput } from "../../core/pull-request/pull-requests-input.ts";
import type { PullRequestSyncState } from "../../core/pull-request/sync-state.ts";
import type { Zone } from "../../core/values/local-time.ts";
import type { Git } from "../../ports/git/git-facts.ts";
import type { PullRequestHosts } from "../../ports/git/pull-request-host.ts";
import type { RunProbe } from "../../ports/runs/run-probe.ts";
import type { LeaseHolder, Store } from "../../ports/store/store.ts";
import type { Clock } from "../../ports/system/clock.ts";
import type { Log } from "../../ports/system/log.ts";
import type { ProcessProbe } from "../../ports/system/process-probe.ts";
import type { SnapshotFiles } from "../../ports/tree/snapshot-files.ts";
import type { TreeFiles, TreeWatch } from "../../ports/tree/tree-files.ts";
import type { DiskMeter } from "../room/disk-meter.ts";
import type { RoomMeter } from "../room/room-meter.ts";
import type { StartSettings } from "./start-settings.ts";

/** `state`: of the sync with the host. */
export type SyncedPullRequests = { readonly input: PullRequestsInput; readonly state: PullRequestSyncState };

/** One cycle. */
export type CycleContext = {
  readonly clock: Clock;
  readonly store: Store;
  readonly files: TreeFiles;
  /** Null for a process that runs one cycle and ends: it scans, and has nothing to watch for. */
  readonly watch: TreeWatch | null;
  readonly git: Git;
  readonly runProbe: RunProbe;
  readonly log: Log;
  readonly config: Pick<Config, "cycle" | "thresholds" | "github">;
  /** What holds for starts, as the settings are now. */
  readonly startSettings: () => StartSettings;
  /** As in the port Programs; absent where nothing is started. */
  readonly programStamp?: (program: string) => string | null;
  /** Absent where nothing is started: the room is then as the snapshot before says. */
  readonly room?: RoomMeter;
  /** Absent in a process that runs one cycle and ends: what the snapshot before said stays. */
  readonly disk?: DiskMeter;
  /** Absent: UTC. */
  readonly zone?: Zone;
  /** What is known of pull requests. */
  readonly pullRequests: { current(): Promise<SyncedPullRequests> };
  /** Ready tasks that this process cannot start automatically: the reason by key. */
  readonly barred: () => Readonly<Record<string, string>>;
  /** This process; also where workers are started. */
  readonly holder: LeaseHolder;
  /** What the repository is called on the page. */
  readonly repositoryName: string;
};

/** The loop, or one cycle from the shell. */
export type RunnerContext = Omit<CycleContext, "pullRequests" | "barred"> & {
  readonly config: Config;
  readonly hosts: PullRequestHosts;
  /** Of this program: another one may derive something else from the same files. */
  readonly version: string;
  readonly processProbe: ProcessProbe;
  readonly snapshotFiles: SnapshotFiles;
  /** Frees memory that a burst of work needed; called while nothing waits. */
  freeMemory(): void;
  /** Whose snapshot files are written, beside `everyone` and those that exist already; as asked for. */
  readonly owners: readonly string[];
};
