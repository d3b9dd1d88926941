// Reads the newest snapshot from the store into memory: only the rows that changed since the last one.

import { isoTime } from "../core/iso-time.ts";
import { assembleSnapshot } from "../core/snapshot/assemble.ts";
import type { TaskRow } from "../core/snapshot/schema.ts";
import { EVERYONE } from "../core/team/resolve-owner.ts";
import type { SnapshotFiles } from "../ports/snapshot-files.ts";
import type { PublishedState, Store } from "../ports/store.ts";
import type { SnapshotView } from "./live-snapshot.ts";

/** What the page's feed shows at most; older ones are read when somebody pages back. */
export const NEWEST_TRANSITIONS = 50;
/** Publications that overtake the reading are followed this often; the next look goes on from there. */
const ATTEMPTS = 5;

/** The view that the store has now; the same one when nothing was published or attested since. Null for an empty store. */
export async function loadView(store: Store, known: SnapshotView | null): Promise<SnapshotView | null> {
  let published = await store.readPublished();
  for (let attempt = 1; published !== null && attempt <= ATTEMPTS; attempt += 1) {
    if (known !== null && isSamePublication(known, published)) return withAttestation(known, published);
    const rowByKey = await loadRows(store, known, published);
    const newestTransitions = await store.readTransitions({ limit: NEWEST_TRANSITIONS });
    // Header and rows are two reads: together they are a snapshot only if nothing was published between them.
    const after: PublishedState | null = await store.readPublished();
    if (after !== null && after.seq === published.seq && after.epoch === published.epoch) {
      const { header, seq, epoch, attestation } = after;
      const publishedAt = isoTime(after.publishedAtMs);
      const rows = rowByKey.values();
      const snapshot = assembleSnapshot({ header, rows, seq, epoch, publishedAt, before: known });
      return { snapshot, attestation, rowByKey, newestTransitions };
    }
    published = after;
  }
  return known;
}

/** The same view when `published` is the one it shows; its attestation may be a newer one. */
function withAttestation(view: SnapshotView, { attestation }: PublishedState): SnapshotView {
  const { cycle, observed_at, sources } = view.attestation;
  const isSame =
    cycle === attestation.cycle &&
    observed_at === attestation.observed_at &&
    sources.tasks.state === attestation.sources.tasks.state &&
    sources.tasks.error === attestation.sources.tasks.error;
  return isSame ? view : { ...view, attestation };
}

function isSamePublication({ snapshot }: SnapshotView, { seq, epoch }: PublishedState): boolean {
  return snapshot.seq === seq && snapshot.epoch === epoch;
}

async function loadRows(
  store: Store,
  known: SnapshotView | null,
  published: PublishedState,
): Promise<ReadonlyMap<string, TaskRow>> {
  // Another epoch may be another store: one that had to start anew counts from 1 again, and nothing known belongs to it.
  const continues =
    known !== null && known.snapshot.epoch === published.epoch && known.snapshot.seq <= published.seq;
  const changes = await store.readRows(continues ? known.snapshot.seq : 0);
  const rows = new Map(continues && changes.complete ? known.rowByKey : []);
  for (const key of changes.goneKeys) rows.delete(key);
  for (const row of changes.rows) rows.set(row.key, row);
  return rows;
}

/** The view that the snapshot file of everyone gives; null when there is none that can be trusted. */
export async function viewFromFile(files: SnapshotFiles): Promise<SnapshotView | null> {
  const file = await files.read(EVERYONE);
  if (file === null) return null;
  const { snapshot, attestation } = file;
  const rowByKey = new Map(snapshot.tasks.map((row) => [row.key, row]));
  return { snapshot, attestation, rowByKey, newestTransitions: null };
}
