// Keeps the snapshot files: one for `everyone`, and one for each owner asked for. They follow a publication, never in a
// cycle's way: slice by slice while no cycle runs, and rarely where they are large (P22). A file that exists
// already is kept up to date too: no reader gets an old one.

import { projectOwner } from "../../core/publication/assemble.ts";
import { EVERYONE, resolveOwner } from "../../core/team/resolve-owner.ts";
import type { SnapshotFile } from "../../ports/tree/snapshot-files.ts";
import type { RunnerContext } from "./cycle-context.ts";
import { type AssembledPublication, assemblePublished, type PublishedMemory } from "./heartbeat-memory.ts";

/** Several publications in a row become one writing. */
const WRITE_AFTER_MS = 400;
/** From the end of one writing to the next: files are for those who cannot ask the server. */
const REST_AT_LEAST_MS = 5_000;
/** And this many times what the last one took: at most 5 % of the time, however large the files are. */
const REST_FACTOR = 20;

type WriterContext = Pick<RunnerContext, "snapshotFiles" | "owners" | "log" | "clock">;

/** `stop` writes what is still due. */
export class SnapshotFileWriter {
  readonly #context: WriterContext;
  readonly #published: () => PublishedMemory | null;
  #isDue = false;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | null = null;
  #restUntilMs = Number.NEGATIVE_INFINITY;
  /** Resolves when the slices may continue; null while they may. */
  #held: PromiseWithResolvers<void> | null = null;
  #isStopped = false;
  /** What the files have: the next ones are put in order from it. */
  #assembled: AssembledPublication | null = null;

  constructor(context: WriterContext, published: () => PublishedMemory | null) {
    this.#context = context;
    this.#published = published;
  }

  /** Something was published. */
  schedule(): void {
    this.#isDue = true;
    this.#plan();
  }

  /** A cycle begins: the next slice waits until `release`. */
  hold(): void {
    if (!this.#isStopped) this.#held ??= Promise.withResolvers();
  }

  release(): void {
    this.#held?.resolve();
    this.#held = null;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.release();
    await this.#writing;
    if (this.#isDue) await this.#write();
  }

  #plan(): void {
    if (!this.#isDue || this.#isStopped || this.#timer !== undefined || this.#writing !== null) return;
    const restMs = this.#restUntilMs - this.#context.clock.monotonicMs();
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.#writing = this.#write().finally(() => {
          this.#writing = null;
          this.#plan();
        });
      },
      Math.max(WRITE_AFTER_MS, restMs),
    );
  }

  async #write(): Promise<void> {
    const { clock } = this.#context;
    await this.#turn();
    const startedMs = clock.monotonicMs();
    const published = this.#published();
    // Null after a cycle that failed: the next one finds it again.
    if (published !== null) await this.#writePublished(published);
    const endedMs = clock.monotonicMs();
    this.#restUntilMs = endedMs + Math.max(REST_AT_LEAST_MS, REST_FACTOR * (endedMs - startedMs));
  }

  async #writePublished(published: PublishedMemory): Promise<void> {
    this.#isDue = false;
    try {
      this.#assembled = assemblePublished(published, this.#assembled);
      const { snapshot } = this.#assembled;
      const { attestation } = published;
      await writeSnapshotFiles(this.#context, { snapshot, attestation }, () => this.#turn());
    } catch (error) {
      this.#context.log.warn({ error }, "a snapshot file was not written");
    }
  }

  /** Immediately unless a cycle runs. */
  async #turn(): Promise<void> {
    while (this.#held !== null) await this.#held.promise;
  }
}

/** Writes the file of everyone and of each owner asked for, one after the other; an unknown owner has none. */
export async function writeSnapshotFiles(
  { snapshotFiles, owners }: Pick<WriterContext, "snapshotFiles" | "owners">,
  { snapshot, attestation }: SnapshotFile,
  turn?: () => Promise<void>,
): Promise<void> {
  await snapshotFiles.write({ snapshot, attestation }, turn);
  const names = new Set([EVERYONE]);
  for (const asked of [...owners, ...(await snapshotFiles.owners())]) {
    const resolved = resolveOwner(snapshot, asked);
    if (resolved.kind !== "person" || names.has(resolved.name)) continue;
    names.add(resolved.name);
    await turn?.();
    await snapshotFiles.write({ snapshot: projectOwner(snapshot, resolved), attestation }, turn);
  }
}
