// A world for use cases: memory adapters, and a task tree stated as texts. Time is the given clock's.

import type { CycleContext, RunnerContext } from "../../src/app/cycle/cycle-context.ts";
import { startSettingsOf } from "../../src/app/cycle/start-settings.ts";
import { PullRequestSync } from "../../src/app/delivery/pull-request-sync.ts";
import { type Config, configSchema } from "../../src/config/schema.ts";
import { NEVER_SYNCED } from "../../src/core/pull-request/sync-state.ts";
import type { HostSearch, PullRequestHosts } from "../../src/ports/git/pull-request-host.ts";
import type { LeaseHolder, Store } from "../../src/ports/store/store.ts";
import type { Clock } from "../../src/ports/system/clock.ts";
import type { Log } from "../../src/ports/system/log.ts";
import type { ProcessProbe } from "../../src/ports/system/process-probe.ts";
import type { SnapshotFile, SnapshotFiles } from "../../src/ports/tree/snapshot-files.ts";
import { createMemoryGit, type MemoryGit } from "../memory/memory-git.ts";
import { createMemoryStore } from "../memory/memory-store.ts";
import { createMemoryTree, type MemoryTree } from "../memory/memory-tree.ts";

export type TestWorld = {
  readonly world: RunnerContext;
  readonly tree: MemoryTree;
  readonly git: MemoryGit;
  readonly snapshotFiles: MemorySnapshotFiles;
};

export type TestWorldOptions = {
  readonly clock: Clock;
  readonly texts?: Readonly<Record<string, string>>;
  readonly store?: Store;
  readonly holder?: LeaseHolder;
  readonly processProbe?: ProcessProbe;
  readonly tree?: MemoryTree;
  readonly config?: Partial<Config>;
  readonly hosts?: PullRequestHosts;
};

/** In the words from before any sync, so that there is never any news. */
const NO_HOSTS: PullRequestHosts = { find: async () => NEVER_SYNCED.standing as HostSearch };

export const SILENT_LOG: Log = { info: () => {}, warn: () => {}, error: () => {} };

/** What vi.useFakeTimers moves, as a clock. */
export const TIMER_CLOCK: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  cpuMs: () => 0,
};

export function createTestWorld(options: TestWorldOptions): TestWorld {
  const { clock } = options;
  const tree = options.tree ?? createMemoryTree(options.texts ?? {}, clock.wallMs);
  const git = createMemoryGit({ git: "ok", branch: "main", commit: "c1", notice: null });
  const snapshotFiles = createMemorySnapshotFiles();
  const world: RunnerContext = {
    clock,
    store: options.store ?? createMemoryStore(),
    files: tree.files,
    watch: tree.watch,
    git,
    hosts: options.hosts ?? NO_HOSTS,
    runProbe: { look: async () => new Map(), stop: () => {} },
    log: SILENT_LOG,
    config: { ...configSchema.parse({}), ...options.config },
    startSettings: () => startSettingsOf({ config: world.config, untrusted: [] }),
    repositoryName: "app",
    version: "1.0.0",
    holder: options.holder ?? holderNamed("a"),
    processProbe: options.processProbe ?? { see: () => "unknown" },
    snapshotFiles,
    freeMemory: () => {},
    owners: [],
  };
  return { world, tree, git, snapshotFiles };
}

/** Of a process that starts no workers, in a repository without a host. */
export function heartbeatWorld(world: RunnerContext): CycleContext {
  return { ...world, pullRequests: new PullRequestSync(world), barred: () => ({}) };
}

export function holderNamed(id: string): LeaseHolder {
  return { id, host: "desk", pid: 1, url: null };
}

/** A task file; `fields` are lines of front matter. */
export function taskText(fields: Readonly<Record<string, string>> = {}): string {
  const lines = Object.entries({ title: "A task", status: "ready", priority: "p1", ...fields });
  return `---\n${lines.map(([key, value]) => `${key}: ${value}\n`).join("")}---\n\n## Problem\n\nText.\n`;
}

export function taskPath(slug: string, workstream = "infra"): string {
  return `tasks/workstreams/${workstream}/tasks/${slug}.md`;
}

export type MemorySnapshotFiles = SnapshotFiles & { readonly byOwner: Map<string, SnapshotFile> };

export function createMemorySnapshotFiles(): MemorySnapshotFiles {
  const byOwner = new Map<string, SnapshotFile>();
  return {
    byOwner,
    write: async (file) => {
      byOwner.set(file.snapshot.owner.name, file);
    },
    read: async (owner) => byOwner.get(owner) ?? null,
    owners: async () => [...byOwner.keys()],
  };
}
