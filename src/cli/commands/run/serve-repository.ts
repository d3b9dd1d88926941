// Serves one repository until it is told to stop: store, runner process, the live snapshot, the web server. Shared by
// `tasks serve` and `tasks demo`.

import { IdleMemory } from "../../../app/runner/idle-memory.ts";
import { RunnerKeeper } from "../../../app/runner/runner-keeper.ts";
import type { RunsContext } from "../../../app/runs/change/runs-context.ts";
import { createRunActions } from "../../../app/runs/requests/run-actions.ts";
import { FollowSnapshot } from "../../../app/server/follow-snapshot.ts";
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
import { withClosing } from "./closing.ts";

/** A tree of 10,000 files is read in a fraction of this; past it the page itself says what it waits for. */
const FIRST_SNAPSHOT_WAIT_MS = 5_000;

export type ServeOptions = {
  readonly access: Access;
  /** False: only show what somebody else's runner publishes. */
  readonly withRunner: boolean;
  /** Called once the page can be opened. */
  readonly onServing: (started: Serving) => Promise<void>;
  /** Called when it is to stop, while everything is still there. */
  readonly onStopping?: (started: Serving) => Promise<void>;
};

export type Serving = {
  readonly server: StartedServer;
  readonly runs: RunsContext;
  /** Whose tasks are shown when nobody says otherwise: "dave, from davefowler (--owner)". */
  readonly whose: string;
  /** Sentences an operator should see: where updates come from, what was lost. */
  readonly notices: readonly string[];
};

/** Returns after the signal, with everything stopped. Throws UserError for a port, address or owner that will not do. */
export function serveRepository(context: RepositoryContext, wish: ServeOptions): Promise<void> {
  return withClosing(async (opened) => {
    const { world, root, loaded, signal } = context;
    const { config, origins } = loaded;
    const { clock } = world;
    await world.keepHeapSmall();
    const log = await world.openLog(config.server.log_level);
    const snapshotFiles = await world.openSnapshotFiles(root);
    const store = await openStoreToShow(context, snapshotFiles);
    opened(() => store.close());
    const keeper = wish.withRunner
      ? new RunnerKeeper(
          { launcher: await world.openRunnerLauncher(runnerWords(context)), clock, log, store },
          { cycleTimeoutMs: config.cycle.timeout_s * 1000 },
        )
      : null;
    const live = new FollowSnapshot({ clock, store, snapshotFiles, log, config }, keeper);
    opened(() => live.stop());
    await live.start();
    const freeing = new IdleMemory({ clock, freeMemory: await world.openMemoryFreer() });
    opened(async () => freeing.stop());
    live.subscribe(({ kind }) => {
      if (kind === "published") freeing.note();
    });
    opened(async () => keeper?.stop());
    keeper?.start();
    const owner = requestedOwner(loaded);
    if (owner !== null) await requireOwner(context, live, owner);
    const runs = await openRuns(context, { store, log });
    const server = await startServer(world, {
      live,
      reader: runs.reader,
      runs: { store, files: runs.runFiles },
      actions: context.worker === null ? createRunActions(runs, actorOf(context)) : null,
      config,
      defaultOwner: owner,
      clock,
      log,
      user: await world.openActingUser(log),
      host: config.server.host,
      port: { port: config.server.port, asked: origins.get("server.port")?.kind !== "default" },
      access: wish.access,
      onAnswered: () => freeing.note(),
    });
    opened(() => server.close());
    keeper?.announce(server.url);
    const whose = describeOwner(live.view()?.snapshot, owner);
    const serving: Serving = { server, runs, whose, notices: live.notices() };
    await wish.onServing(serving);
    const hideProgress = followProgress(context.output, live);
    opened(async () => hideProgress());
    await untilAborted(signal);
    await wish.onStopping?.(serving);
  });
}

/** A full disk ends no page that has something to show: the snapshot file, marked stale, until the store is back. */
async function openStoreToShow({ world, root }: RepositoryContext, files: SnapshotFiles): Promise<Store> {
  try {
    return await world.openStore(root);
  } catch (error) {
    const mayPass = error instanceof StoreError && (error.kind === "disk" || error.kind === "busy");
    if (!mayPass || (await files.read(EVERYONE)) === null) throw error;
    return await world.openStoreLater(root);
  }
}

/** The server itself cannot tell who holds a port that was asked for; this machine often can. */
async function startServer(world: System, options: ServerOptions): Promise<StartedServer> {
  try {
    return await world.startServer(options);
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== "port_taken") throw error;
    const { port } = options.port;
    const message = `Port ${port} is taken by ${await world.namePortHolder(port)}.`;
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

/** An owner nobody knows is told at once, not by an empty page. The stored snapshot may be too old to know them. */
async function requireOwner(
  context: RepositoryContext,
  live: FollowSnapshot,
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

function describeOwner(snapshot: Snapshot | undefined, wish: RequestedOwner | null): string {
  if (wish === null) return EVERYONE;
  if (snapshot === undefined) return `${wish.asked} (${wish.origin})`;
  return ownerText(chooseOwner(snapshot, wish).owner);
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
