// What a user trusts of a repository: a digest of each value that its file gives for a guarded setting. A value that is
// changed is another one, and has to be trusted again.

import { hash } from "node:crypto";
import type { TrustRecord } from "../ports/tree/settings-files.ts";

/** A value that a repository's file gives for a guarded setting. */
export type GuardedValue = { readonly key: string; readonly value: unknown };

/** Null: the repository was never trusted. */
export function isTrusted(record: TrustRecord | null, { key, value }: GuardedValue): boolean {
  if (record === null || !Object.hasOwn(record.digests, key)) return false;
  return record.digests[key] === digestOf(value);
}

/** A record of exactly these values. */
export function trustIn(values: readonly GuardedValue[]): TrustRecord {
  return { digests: Object.fromEntries(values.map(({ key, value }) => [key, digestOf(value)])) };
}

/** The record with these values too; what it trusted of other keys stays as it was. */
export function alsoTrust(record: TrustRecord | null, values: readonly GuardedValue[]): TrustRecord {
  return { digests: { ...record?.digests, ...trustIn(values).digests } };
}

/** Values of settings are texts, numbers, switches and lists of these: their JSON is one and the same. */
function digestOf(value: unknown): string {
  return hash("sha256", JSON.stringify(value));
}
