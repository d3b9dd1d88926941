// Keeps the snapshot files: one for `everyone`, and one for each owner asked for. They follow a publication within a
// second, never in a cycle's way. A file that exists already is kept up to date too: nobody is to read an old one.

import { projectOwner } from "../core/snapshot/project.ts";
import type { Snapshot } from "../core/snapshot/schema.ts";
import { EVERYONE, resolveOwner } from "../core/team/resolve-owner.ts";
import type { SnapshotFile } from "../ports/snapshot-files.ts";
import { assemblePublished, type PublishedMemory } from "./heartbeat-memory.ts";
import type { RunnerWorld } from "./world.ts";

/** Several publications in a row become one writing; with the writing itself it stays under a second. */
const WRITE_AFTER_MS = 400;

type WriterWorld = Pick<RunnerWorld, "snapshotFiles" | "owners" | "log">;

/** `stop` writes what is still due. */
export class SnapshotFileWriter {
  readonly #world: WriterWorld;
  readonly #published: () => PublishedMemory | null;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(world: WriterWorld, published: () => PublishedMemory | null) {
    this.#world = world;
    this.#published = published;
  }

  /** Something was published. */
  schedule(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#writing = this.#writing.then(() => this.#write());
    }, WRITE_AFTER_MS);
  }

  async stop(): Promise<void> {
    if (this.#timer !== undefined) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#writing = this.#writing.then(() => this.#write());
    }
    await this.#writing;
  }

  async #write(): Promise<void> {
    const published = this.#published();
    if (published === null) return;
    try {
      const snapshot = assemblePublished(published);
      await writeSnapshotFiles(this.#world, { snapshot, attestation: published.attestation });
    } catch (error) {
      this.#world.log.warn({ error }, "a snapshot file was not written");
    }
  }
}

/** Writes the file of everyone and of each owner asked for; an owner nobody knows has none. */
export async function writeSnapshotFiles(
  { snapshotFiles, owners }: Pick<WriterWorld, "snapshotFiles" | "owners">,
  { snapshot, attestation }: SnapshotFile,
): Promise<void> {
  const files = new Map([[EVERYONE, snapshot]]);
  for (const asked of [...owners, ...(await snapshotFiles.owners())]) {
    const projected = projectAsked(snapshot, asked);
    if (projected !== null) files.set(projected.owner.name, projected);
  }
  for (const file of files.values()) await snapshotFiles.write({ snapshot: file, attestation });
}

function projectAsked(snapshot: Snapshot, asked: string): Snapshot | null {
  const resolved = resolveOwner(snapshot, asked);
  if (resolved.kind !== "person") return null;
  return projectOwner(snapshot, { name: resolved.name, resolvedFrom: resolved.resolvedFrom });
}
