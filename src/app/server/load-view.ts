// Reads the newest snapshot from the store into memory: only the rows that changed since the last one.

import type { Attestation, Snapshot } from "../../core/contract/snapshot.ts";
import { assembleSnapshot } from "../../core/publication/assemble.ts";
import { rowsByKey } from "../../core/publication/rows-by-key.ts";
import { updateSnapshot } from "../../core/publication/update.ts";
import { EVERYONE } from "../../core/team/resolve-owner.ts";
import { isoTime } from "../../core/text/iso-time.ts";
import type { PublishedState, RowChanges, Store } from "../../ports/store/store.ts";
import type { SnapshotFiles } from "../../ports/tree/snapshot-files.ts";
import type { SnapshotView } from "./live-snapshot.ts";

/** The length of the page's feed; older ones are read when someone pages back. */
export const NEWEST_TRANSITIONS = 50;
/** How often a read follows a publication that overtook it; the next read continues from there. */
const ATTEMPTS = 5;

/** The store's view; `known` itself when nothing was published or attested since. Null for an empty store. */
export async function loadView(store: Store, known: SnapshotView | null): Promise<SnapshotView | null> {
  let published = await store.readPublished();
  for (let attempt = 1; published !== null && attempt <= ATTEMPTS; attempt += 1) {
    if (known !== null && isSamePublication(known, published)) return withAttestation(known, published);
    const base = baseOf(known, published);
    const changes = await store.readRows(base?.seq ?? 0);
    const newestTransitions = await store.readTransitions({ limit: NEWEST_TRANSITIONS });
    // Header and rows are two reads: together they are a snapshot only if nothing was published between them.
    const after: PublishedState | null = await store.readPublished();
    if (after !== null && after.seq === published.seq && after.epoch === published.epoch)
      return viewOf(snapshotOf(base, changes, after), after.attestation, newestTransitions);
    published = after;
  }
  return known;
}

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

/** Another epoch may be a rebuilt store, which counts from 1 again: then nothing known belongs to it. */
function baseOf(known: SnapshotView | null, { seq, epoch }: PublishedState): Snapshot | null {
  const isEarlier = known !== null && known.snapshot.epoch === epoch && known.snapshot.seq <= seq;
  return isEarlier ? known.snapshot : null;
}

function snapshotOf(
  base: Snapshot | null,
  { rows, goneKeys, complete }: RowChanges,
  { header, seq, epoch, publishedAtMs }: PublishedState,
): Snapshot {
  const facts = { header, seq, epoch, publishedAt: isoTime(publishedAtMs) };
  return base !== null && complete
    ? updateSnapshot(base, { ...facts, changedRows: rows, goneKeys })
    : assembleSnapshot({ ...facts, rows });
}

function viewOf(
  snapshot: Snapshot,
  attestation: Attestation,
  newestTransitions: SnapshotView["newestTransitions"],
): SnapshotView {
  return { snapshot, attestation, rowByKey: rowsByKey(snapshot.tasks), newestTransitions };
}

/** From the snapshot file of everyone; null when there is none or it is damaged. */
export async function viewFromFile(files: SnapshotFiles): Promise<SnapshotView | null> {
  const file = await files.read(EVERYONE);
  if (file === null) return null;
  return viewOf(file.snapshot, file.attestation, null);
}
