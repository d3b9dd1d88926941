// A snapshot too large to be kept as bytes, whose rows say when they are written as JSON.

import type { Snapshot, TaskRow } from "../../src/core/contract/snapshot.ts";
import { sampleRow, sampleSnapshot } from "./sample-snapshot.ts";

const ROWS = 12_000;
/** Together 30 MB: past what is kept, and more than the system's buffers of a connection take. */
const REASON = "x".repeat(2000);

export class ManyRows {
  /** Rows that were written as JSON since the last look. */
  written = 0;

  snapshot(changes: Parameters<typeof sampleSnapshot>[1] = {}): Snapshot {
    const rows = Array.from({ length: ROWS }, (_, at) => this.#row(`task-${String(at).padStart(5, "0")}`));
    return sampleSnapshot(rows, changes);
  }

  get length(): number {
    return ROWS;
  }

  #row(key: string): TaskRow {
    const row = { ...sampleRow({ key, group: "ready" }), reason: REASON };
    const toJSON = () => {
      this.written += 1;
      return row;
    };
    return Object.defineProperty({ ...row }, "toJSON", { value: toJSON });
  }
}
