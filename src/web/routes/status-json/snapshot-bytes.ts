// The snapshot's JSON for answers: a small one is kept, a large one is made while it is sent, so that neither many nor
// slow clients cost memory.

import type { Snapshot } from "../../../core/contract/snapshot.ts";
import type { Answer } from "../../http/answer.ts";
import { RenderCache } from "../request/render-cache.ts";
import { estimatedBytes, serialiseSnapshot, snapshotSlices } from "./serialise-snapshot.ts";

/** At 10,000 tasks everyone's snapshot is about 14 MB, and all owners' together as much again. */
const KEPT = { entries: 32, bytes: 32 * 1024 * 1024 };

/** For one snapshot; about 14,000 tasks. */
const KEPT_WHOLE_MAX_BYTES = 20 * 1024 * 1024;

type Body = Pick<Answer, "body" | "slices">;

export type SnapshotBytes = (snapshot: Snapshot, tail: Buffer) => Promise<Body>;

/** `tail` ends the object. Concurrent requests share one serialisation. */
export function createSnapshotBytes(): SnapshotBytes {
  const kept = new RenderCache<readonly Buffer[]>(KEPT);
  const inProgress = new Map<Snapshot, Promise<readonly Buffer[]>>();
  return async (snapshot, tail) => {
    const { owner, epoch, seq } = snapshot;
    const view = JSON.stringify([owner.name, owner.resolved_from]);
    const version = `${epoch}.${seq}`;
    const known = kept.get(view, version);
    if (known !== null) return { body: [...known, tail] };
    if (estimatedBytes(snapshot) > KEPT_WHOLE_MAX_BYTES)
      return { body: [], slices: withTail(snapshot, tail) };
    const joined = inProgress.get(snapshot) ?? serialiseSnapshot(snapshot);
    inProgress.set(snapshot, joined);
    try {
      const serialised = await joined;
      const byteLength = serialised.reduce((sum, part) => sum + part.byteLength, 0);
      kept.set(view, version, serialised, byteLength);
      return { body: [...serialised, tail] };
    } finally {
      inProgress.delete(snapshot);
    }
  };
}

function* withTail(snapshot: Snapshot, tail: Buffer): Generator<Buffer, void, undefined> {
  yield* snapshotSlices(snapshot);
  yield tail;
}
