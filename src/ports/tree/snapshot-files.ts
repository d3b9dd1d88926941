// Snapshot files: one owner's snapshot, for readers without the store, and for the server when the store cannot be read.
// Read whole and checked, or not at all (R1, R5).

import type { Attestation, Snapshot } from "../../core/contract/snapshot.ts";

export type SnapshotFile = { readonly snapshot: Snapshot; readonly attestation: Attestation };

export type SnapshotFiles = {
  /**
   * Replaces the file of `snapshot.owner.name` atomically; `turn` is awaited between slices. Throws what the file system or
   * `turn` throws; the old file then stays.
   */
  write(file: SnapshotFile, turn?: () => Promise<void>): Promise<void>;
  /** Null when there is none, or it is damaged, cut off or of another version. */
  read(owner: string): Promise<SnapshotFile | null>;
  /** Names of the owners whose files exist, `everyone` included. */
  owners(): Promise<readonly string[]>;
};
