// Names a process so that another one on the same machine can be sure whether it still runs. A pid alone is not enough:
// it is reused, and each container counts its own. Boot, pid namespace, pid and start time together are.

import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import process from "node:process";
import type { ProcessIdentity } from "../../core/contract/run.ts";
import type { Presence } from "../../core/run/observation.ts";
import type { LeaseHolder } from "../../ports/store/store.ts";
import type { ProcessProbe } from "../../ports/system/process-probe.ts";
import type { ProcessSystem } from "./process-facts.ts";
import { systemProcesses } from "./system-processes.ts";

/** This process as the holder of a lease; `url` is where its pages are. */
export function describeHolder({ url }: { readonly url: string | null }): LeaseHolder {
  return { ...identifyProcess(process.pid), url };
}

/** For processes of this machine and container; `unknown` for all others. */
export function createProcessProbe(): ProcessProbe {
  return { see: (holder) => probeProcess(holder) };
}

/**
 * Identifies a process of this machine that exists, or has ended but is not collected yet. Where the system does not
 * tell, the id is unique and never found again.
 */
export function identifyProcess(pid: number, system: ProcessSystem = systemProcesses()): ProcessIdentity {
  const id = currentId(pid, system)?.id ?? `other:${randomUUID()}`;
  return { id, host: hostname(), pid };
}

/** Whether it still runs. What ran here before the machine restarted is gone. */
export function probeProcess(
  { id, host, pid }: Pick<ProcessIdentity, "id" | "host" | "pid">,
  system: ProcessSystem = systemProcesses(),
): Presence {
  const { place } = system;
  if (place === null) return "unknown";
  if (!id.startsWith(`${place}:`)) return isOfEarlierBoot({ id, host }, place) ? "gone" : "unknown";
  const current = currentId(pid, system);
  return current?.id === id && !current.isDead ? "alive" : "gone";
}

/** Whether it ran on this host before that was restarted. */
export function endedWithHost(
  { id, host }: Pick<ProcessIdentity, "id" | "host">,
  { place }: Pick<ProcessSystem, "place"> = systemProcesses(),
): boolean {
  return place !== null && isOfEarlierBoot({ id, host }, place);
}

/** The pid and start time if it is from this machine and boot, whether or not it still runs. */
export function knownProcess(
  { id, pid }: ProcessIdentity,
  { place }: ProcessSystem = systemProcesses(),
): { readonly pid: number; readonly start: string } | null {
  const lead = `${place}:${pid}:`;
  return place !== null && id.startsWith(lead) ? { pid, start: id.slice(lead.length) } : null;
}

function currentId(
  pid: number,
  { place, read }: ProcessSystem,
): { readonly id: string; readonly isDead: boolean } | null {
  const facts = place === null ? null : read(pid);
  return facts === null ? null : { id: `${place}:${pid}:${facts.start}`, isDead: facts.isDead };
}

/** Host names that many machines have: they identify nothing. */
const COMMON_HOSTS = ["localhost", "localhost.localdomain"];

/**
 * The same host with another boot is this machine before it restarted. Containers have their own pids but share the
 * boot: of one with the same name nothing is known.
 */
function isOfEarlierBoot({ id, host }: Pick<ProcessIdentity, "id" | "host">, place: string): boolean {
  const [system, boot] = place.split(":");
  const [otherSystem, otherBoot] = id.split(":");
  return host === hostname() && !COMMON_HOSTS.includes(host) && system === otherSystem && boot !== otherBoot;
}
