// What a user trusts of a repository: a digest of each value that its file gives a guarded setting. A changed value must
// be trusted again.

import { hash } from "node:crypto";
import type { TrustRecord } from "../ports/tree/settings-files.ts";

export type GuardedValue = { readonly key: string; readonly value: unknown };

/** Null: the repository was never trusted. */
export function isTrusted(record: TrustRecord | null, { key, value }: GuardedValue): boolean {
  if (record === null || !Object.hasOwn(record.digests, key)) return false;
  return record.digests[key] === digestOf(value);
}

export function trustIn(values: readonly GuardedValue[]): TrustRecord {
  return { digests: Object.fromEntries(values.map(({ key, value }) => [key, digestOf(value)])) };
}

/** The record with these values added. */
export function alsoTrust(record: TrustRecord | null, values: readonly GuardedValue[]): TrustRecord {
  return { digests: { ...record?.digests, ...trustIn(values).digests } };
}

/** Settings are texts, numbers, switches and lists of these, so equal values have equal JSON. */
function digestOf(value: unknown): string {
  return hash("sha256", JSON.stringify(value));
}
