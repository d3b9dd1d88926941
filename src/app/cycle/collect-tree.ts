// Brings the parsed tree up to date: what changed is listed, what is new is read and parsed.
// Watches are hints, scans are truth: only what a proven watch named is looked at alone; otherwise everything is listed.

import type { CycleCause } from "../../core/contract/cycle.ts";
import type { FileStamp, TreeIndex } from "../../core/contract/parsed-file.ts";
import type { RelativePath } from "../../core/contract/task.ts";
import { planReads } from "../../core/tree/update-index.ts";
import type { TreeListing, TreeWatch } from "../../ports/tree/tree-files.ts";
import type { CycleContext } from "./cycle-context.ts";
import type { HeartbeatMemory } from "./heartbeat-memory.ts";
import { type Pace, takeSteps } from "./pace.ts";
import { readFiles } from "./read-files.ts";
import type { TreeMemory } from "./tree-memory.ts";

/** `index` keeps its identity when nothing changed. A tree that could not be listed is not an empty one. */
export type CollectedTree =
  | { readonly kind: "collected"; readonly index: TreeIndex }
  | { readonly kind: "failed"; readonly detail: string };

type Listed =
  /** `asked`: the paths that were looked at; null for all there are. */
  | {
      readonly kind: "listed";
      readonly stamps: readonly FileStamp[];
      readonly asked: readonly RelativePath[] | null;
    }
  | { readonly kind: "unchanged" }
  | { readonly kind: "failed"; readonly detail: string };

export type Collecting = {
  readonly tree: TreeMemory;
  readonly causes: ReadonlySet<CycleCause>;
  readonly pace: Pace;
};

/** Lists what may have changed, reads what did, and puts it into the index. Throws the reason of a stop. */
export async function collectTree(
  context: CycleContext,
  memory: HeartbeatMemory,
  { tree, causes, pace }: Collecting,
): Promise<CollectedTree> {
  const full = needsScan(context, memory, causes);
  const listed = await listChanges(context, { index: tree.index(), full, pace });
  if (listed.kind === "failed") return listed;
  if (listed.kind === "listed") {
    const { stamps, asked } = listed;
    const plan = planReads(
      tree.index(),
      asked === null ? { stamps, complete: true } : { stamps, complete: false, asked },
    );
    await readFiles(context, { tree, stamps: plan.read, pace });
    tree.settle(plan.gone);
    if (asked === null) memory.scannedAtMs = context.clock.monotonicMs();
  }
  return { kind: "collected", index: tree.index() };
}

/** A person who types a command and a runner that just took over trust no watch. */
function needsScan(
  { clock, config }: CycleContext,
  { scannedAtMs }: HeartbeatMemory,
  causes: ReadonlySet<CycleCause>,
): boolean {
  if (causes.has("start") || causes.has("command") || causes.has("scan_timer")) return true;
  return clock.monotonicMs() - scannedAtMs >= config.cycle.scan_interval_s * 1000;
}

async function listChanges(
  context: CycleContext,
  { index, full, pace }: { readonly index: TreeIndex; readonly full: boolean; readonly pace: Pace },
): Promise<Listed> {
  const { files, watch } = context;
  const touched = full || watch === null ? null : await takeProven(watch);
  if (touched !== null) {
    if (touched.length === 0) return { kind: "unchanged" };
    const some = files.listSome(touched);
    return some.kind === "listed" ? { ...some, asked: touched } : some;
  }
  // Hints from before the scan are answered by it; those that come meanwhile stay for the next cycle.
  watch?.take();
  const all = await listAll(context, index, pace);
  if (all.kind === "failed") return all;
  watch?.follow(foldersOf(all.stamps));
  return { ...all, asked: null };
}

function listAll({ files }: CycleContext, index: TreeIndex, pace: Pace): Promise<TreeListing> {
  const steps = files.listInSteps((path) => index.has(path));
  return takeSteps(pace, steps, (done) => ({ phase: "listing", done, total: null }));
}

/** Paths touched since the last look; null when the watch can not vouch for that. */
async function takeProven(watch: TreeWatch): Promise<readonly RelativePath[] | null> {
  return (await watch.prove()) === "proven" ? watch.take() : null;
}

function foldersOf(stamps: readonly FileStamp[]): readonly RelativePath[] {
  const folders = new Set<string>();
  for (const { path } of stamps) {
    for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) {
      const folder = path.slice(0, end);
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  }
  return [...folders] as RelativePath[];
}
