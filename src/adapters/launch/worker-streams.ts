// A worker's streams: its output goes to the log with its secrets masked and, in whole lines, to the run's channel; its
// stdin takes lines where it has one.

import type { ChildProcess } from "node:child_process";
import type { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { LineSplitter } from "../../core/agent/lines/line-splitter.ts";
import type { WorkerChannel, WorkerStart } from "../../ports/runs/workers.ts";
import type { OutputWriter } from "../run-log/output-writer.ts";
import { SecretMask } from "./secret-mask.ts";

/** Once no process of the run is left, output still in the pipes arrives within this time; others may hold them forever. */
const DRAIN_MS = 500;

type StreamSurroundings = {
  readonly start: Pick<WorkerStart, "channel">;
  readonly log: OutputWriter;
  /** Never written to the log. */
  readonly secrets: readonly string[];
};

export class WorkerStreams {
  readonly #child: ChildProcess;
  readonly #surroundings: StreamSurroundings;
  readonly #splitters: LineSplitter[] = [];
  readonly #closed: Promise<unknown>;

  /** Keeps reading even if the log cannot be written: a full pipe would block the worker. */
  constructor(child: ChildProcess, surroundings: StreamSurroundings) {
    this.#child = child;
    this.#surroundings = surroundings;
    const { channel } = surroundings.start;
    this.#read(child.stdout, channel?.onLine);
    this.#read(child.stderr, channel?.onErrorLine);
    // A worker may close its stdin, or be gone, when it is written to.
    child.stdin?.on("error", () => {});
    this.#closed = new Promise((resolve) => child.once("close", resolve));
  }

  send(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  /** Safe to call twice. */
  closeInput(): void {
    this.#child.stdin?.end();
  }

  /** Once the worker is gone: waits for what is still in the pipes, then lets go of them. */
  async finish(): Promise<void> {
    const late = new AbortController();
    await Promise.race([this.#closed, delay(DRAIN_MS, null, { signal: late.signal }).catch(() => null)]);
    late.abort();
    for (const stream of this.#child.stdio) stream?.destroy();
    for (const lines of this.#splitters) lines.end();
  }

  #read(stream: Readable | null, onLine: WorkerChannel["onLine"] | undefined): void {
    const { log, secrets } = this.#surroundings;
    const mask = new SecretMask(secrets);
    const lines = onLine === undefined ? null : new LineSplitter(onLine);
    if (lines !== null) this.#splitters.push(lines);
    stream?.on("data", (output: Buffer) => {
      log.write(mask.push(output));
      lines?.push(output);
    });
    stream?.on("close", () => log.write(mask.flush()));
    stream?.on("error", () => {});
  }
}
