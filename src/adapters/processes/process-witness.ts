// Names this process so that another one on the same machine can tell for sure whether it still runs. A pid alone can
// not: it is used again, and counts anew in each container. Boot, pid namespace, pid and start time together can.

import { randomUUID } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import process from "node:process";
import type { ProcessWitness } from "../../ports/process-witness.ts";
import type { LeaseHolder } from "../../ports/store.ts";

/** This process as the holder of a lease; `url` is where its pages are. */
export function describeHolder({ url }: { readonly url: string | null }): LeaseHolder {
  const place = readPlace();
  const start = place === null ? null : readStart(process.pid);
  const id =
    place === null || start === null ? `other:${randomUUID()}` : `linux:${place}:${process.pid}:${start}`;
  return { id, host: hostname(), pid: process.pid, url };
}

/** Sees processes of this machine and container through /proc; everywhere else the answer is `unknown`. */
export function createProcessWitness(): ProcessWitness {
  const place = readPlace();
  return {
    see(holder) {
      if (place === null || !holder.id.startsWith(`linux:${place}:`)) return "unknown";
      return holder.id === `linux:${place}:${holder.pid}:${readStart(holder.pid)}` ? "alive" : "gone";
    },
  };
}

/** This boot and this pid namespace; null where the system does not tell. */
function readPlace(): string | null {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
    return `${boot}:${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return null;
  }
}

/** Start time of a running process in clock ticks since boot; null when there is none, or only its remains. */
function readStart(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // Field 3 is the state (Z and X: dead, not yet collected by its parent), field 22 the start time.
    const [state] = fields;
    return state === "Z" || state === "X" ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}
