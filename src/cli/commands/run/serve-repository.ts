// Serves one repository until the signal: store, runner process, the live snapshot, the web server. Shared by `tasks serve`
// and `tasks demo`.

import { IdleMemory } from "../../../app/runner/idle-memory.ts";
import { RunnerKeeper } from "../../../app/runner/runner-keeper.ts";
import type { RunsContext } from "../../../app/runs/change/runs-context.ts";
import { createRunActions } from "../../../app/runs/requests/run-actions.ts";
import { ServerDriver } from "../../../app/server/server-driver.ts";
import type { Snapshot } from "../../../core/contract/snapshot.ts";
import { UserError } from "../../../core/contract/user-error.ts";
import { EVERYONE } from "../../../core/team/resolve-owner.ts";
import type { Store } from "../../../ports/store/store.ts";
import { StoreError } from "../../../ports/store/store-error.ts";
import type { SnapshotFiles } from "../../../ports/tree/snapshot-files.ts";
import type { Access } from "../../../web/access/access.ts";
import type { ServerOptions, StartedServer } from "../../../web/server/server.ts";
import { actorOf } from "../../contract/actor.ts";
import type { RepositoryContext } from "../../contract/command.ts";
import type { System } from "../../contract/system.ts";
import { followProgress, withProgress } from "../../print/progress.ts";
import { ownerText } from "../../print/snapshot-head.ts";
import { chooseOwner, type RequestedOwner, requestedOwner } from "../../repository/choose-owner.ts";
import { openRuns } from "../../repository/open-runs.ts";

/** A tree of 10,000 files is read in a fraction of this; after it the page itself says what it waits for. */
const FIRST_SNAPSHOT_WAIT_MS = 5_000;

export type ServeOptions = {
  readonly access: Access;
  /** False: only show what the runner of another process publishes. */
  readonly withRunner: boolean;
  /** Called once the page can be opened. */
  readonly onServing: (started: Serving) => Promise<void>;
  /** Called before it stops, while everything is still open. */
  readonly onStopping?: (started: Serving) => Promise<void>;
};

export type Serving = {
  readonly server: StartedServer;
  readonly runs: RunsContext;
  /** Whose tasks are shown by default: "dave, from davefowler (--owner)". */
  readonly whose: string;
  /** What an operator should know: where updates come from, what was lost. */
  readonly notices: readonly string[];
};

/** Returns after the signal, with everything stopped. Throws UserError for a port, address or owner that cannot be used. */
export async function serveRepository(context: RepositoryContext, options: ServeOptions): Promise<void> {
  await using opened = new AsyncDisposableStack();
  const { system, root, loaded, signal } = context;
  const { config, origins } = loaded;
  const { clock } = system;
  await system.keepHeapSmall();
  const log = await system.openLog(config.server.log_level);
  const snapshotFiles = await system.openSnapshotFiles(root);
  const store = await openStoreToShow(context, snapshotFiles);
  opened.defer(async () => store.close());
  const keeper = options.withRunner
    ? new RunnerKeeper(
        { launcher: await system.openRunnerLauncher(runnerWords(context)), clock, log, store },
        { cycleTimeoutMs: config.cycle.timeout_s * 1000 },
      )
    : null;
  const live = new ServerDriver({ clock, store, snapshotFiles, log, config }, keeper);
  opened.defer(async () => live.stop());
  await live.start();
  const freeing = new IdleMemory({ clock, freeMemory: await system.openMemoryFreer() });
  opened.defer(async () => freeing.stop());
  live.subscribe(({ kind }) => {
    if (kind === "published") freeing.note();
  });
  opened.defer(async () => keeper?.stop());
  keeper?.start();
  const owner = requestedOwner(loaded);
  if (owner !== null) await requireOwner(context, live, owner);
  const runs = await openRuns(context, { store, log });
  const writer = await system.openTaskWriter(context.root);
  const server = await startServer(system, {
    live,
    reader: runs.reader,
    runs: { store, files: runs.runFiles },
    outbox: store,
    actions:
      context.worker === null ? createRunActions(Object.assign(runs, { writer }), actorOf(context)) : null,
    config,
    workersNow: () => runs.config,
    defaultOwner: owner,
    clock,
    log,
    user: await system.openActingUser(log),
    host: config.server.host,
    port: { port: config.server.port, asked: origins.get("server.port")?.kind !== "default" },
    access: options.access,
    onAnswered: () => freeing.note(),
  });
  opened.defer(async () => server.close());
  keeper?.announce(server.url);
  const whose = describeOwner(live.view()?.snapshot, owner);
  const serving: Serving = { server, runs, whose, notices: live.notices() };
  await options.onServing(serving);
  const hideProgress = followProgress(context.output, live);
  opened.defer(async () => hideProgress());
  await untilAborted(signal);
  await options.onStopping?.(serving);
}

/** With a full disk the page shows the snapshot file, marked stale, until the store works again. */
async function openStoreToShow({ system, root }: RepositoryContext, files: SnapshotFiles): Promise<Store> {
  try {
    return await system.openStore(root);
  } catch (error) {
    const mayPass = error instanceof StoreError && (error.kind === "disk" || error.kind === "busy");
    if (!mayPass || (await files.read(EVERYONE)) === null) throw error;
    return await system.openStoreLater(root);
  }
}

/** Names the process that holds the port that was asked for, where this machine knows it. */
async function startServer(system: System, options: ServerOptions): Promise<StartedServer> {
  try {
    return await system.startServer(options);
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== "port_taken") throw error;
    const { port } = options.port;
    const message = `Port ${port} is taken by ${await system.namePortHolder(port)}.`;
    throw new UserError({ code: "port_taken", message, hint: error.hint, cause: error });
  }
}

/** The runner resolves its settings itself; flags that concern it are passed on. */
function runnerWords({ root, flags }: RepositoryContext): string[] {
  const { owner, "dispatch-ready": dispatchReady } = flags;
  return [
    "run",
    "--kept",
    "--repo",
    root,
    ...(typeof owner === "string" ? [`--owner=${owner}`] : []),
    ...(dispatchReady === true ? ["--dispatch-ready"] : []),
  ];
}

/** Fails at once for an unknown owner. The stored snapshot may be too old to know them, so it is refreshed first. */
async function requireOwner(
  context: RepositoryContext,
  live: ServerDriver,
  owner: RequestedOwner,
): Promise<void> {
  const isKnown = () => {
    const view = live.view();
    if (view === null) return false;
    try {
      chooseOwner(view.snapshot, owner);
      return true;
    } catch (error) {
      if (error instanceof UserError) return false;
      throw error;
    }
  };
  if (isKnown()) return;
  await withProgress(context.output, "Reading the tasks", () =>
    live.refresh({ waitMs: FIRST_SNAPSHOT_WAIT_MS }),
  );
  const view = live.view();
  if (view !== null) chooseOwner(view.snapshot, owner);
}

function describeOwner(snapshot: Snapshot | undefined, owner: RequestedOwner | null): string {
  if (owner === null) return EVERYONE;
  if (snapshot === undefined) return `${owner.asked} (${owner.origin})`;
  return ownerText(chooseOwner(snapshot, owner).owner);
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
