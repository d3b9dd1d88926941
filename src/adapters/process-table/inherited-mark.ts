// A mark that everything a supervisor starts inherits, and keeps across sessions, parents, folders and environments:
// the soft limit of file locks (RLIMIT_LOCKS). Linux has ignored that limit since 2.4.25 but still passes it on through
// fork and exec, and it is readable in /proc/<pid>/limits (docs/adr/0019-a-mark-that-descendants-inherit.md).

import { hash } from "node:crypto";
import type { RunId } from "../../core/contract/run.ts";
import { readText } from "./proc.ts";

export type InheritedMark = {
  /** Bits of a hash of the run's id. */
  readonly run: bigint;
  readonly epoch: number;
};

/** 44 bits identify the run; 18 bits of its epoch allow more hand-overs than a run has. */
const EPOCH_BITS = 18n;
const EPOCH_MASK = (1n << EPOCH_BITS) - 1n;
const RUN_HEX_DIGITS = 11;

/** The limit's value for one attempt of a run: below 2^62, which every shell takes. */
export function inheritedMark(run: RunId, epoch: number): string {
  return String((runBits(run) << EPOCH_BITS) | (BigInt(epoch) & EPOCH_MASK));
}

export function runBits(run: RunId): bigint {
  return BigInt(`0x${hash("sha256", run).slice(0, RUN_HEX_DIGITS)}`);
}

const LIMIT = /^Max file locks +(\d+) /m;

/** Null for a process without a mark, and for one that is gone. */
export function readInheritedMark(pid: number): InheritedMark | null {
  const value = LIMIT.exec(readText(`/proc/${pid}/limits`))?.[1];
  if (value === undefined) return null;
  const bits = BigInt(value);
  return { run: bits >> EPOCH_BITS, epoch: Number(bits & EPOCH_MASK) };
}
