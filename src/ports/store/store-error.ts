// How every store adapter fails: one error with a closed list of kinds, so that the app can handle them without knowing
// the adapter.

import type { StaleReason } from "../../core/contract/snapshot.ts";
import { UserError } from "../../core/contract/user-error.ts";

/**
 * `corrupt`: what was read cannot be trusted; the next call finds a new, empty store (notices say what was lost).
 * `disk`: full, read-only, not permitted or failing; nothing stored before is lost. `busy`: locked by another process for
 * too long. `newer`: made by a newer version of this product, and not touched. `closed`: used after `close`.
 */
export type StoreErrorKind = "corrupt" | "disk" | "busy" | "newer" | "closed";

const REASONS = {
  corrupt: "disk",
  disk: "disk",
  busy: "lock",
  newer: "disk",
  closed: "exit",
} as const satisfies Record<StoreErrorKind, StaleReason>;

export type StoreErrorDetails = {
  readonly kind: StoreErrorKind;
  readonly message: string;
  readonly hint: string;
  readonly cause?: unknown;
};

/** `reason` is for freshness. */
export class StoreError extends UserError {
  readonly kind: StoreErrorKind;
  readonly reason: StaleReason;

  constructor(details: StoreErrorDetails) {
    super({ code: "store_unusable", message: details.message, hint: details.hint, cause: details.cause });
    this.name = "StoreError";
    this.kind = details.kind;
    this.reason = REASONS[details.kind];
  }
}
