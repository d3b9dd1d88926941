// Ends processes that may still be starting others: they are stopped first, looked for again until no new one turns up,
// and killed together; and all of that again until nobody is left.

import { setTimeout as delay } from "node:timers/promises";
import { type ProcessFacts, processName } from "./process-facts.ts";
import { signalProcess } from "./signal-process.ts";

/** Those to be ended, as of now. */
type Find = () => readonly ProcessFacts[];

/** A look that finds somebody new may be followed by another one; what multiplies faster than that is killed as it is. */
const STOP_ROUNDS_MAX = 20;
/** A killed process is gone within milliseconds, unless it hangs in the kernel (a dead network disk). */
const KILL_LIMIT_MS = 10_000;
const KILL_PAUSE_MS = 20;
const LEAVE_PAUSE_MS = 50;

/** False when some would not go: they hang in the kernel, or are not ours to end. */
export async function killProcesses(find: Find): Promise<boolean> {
  const untilMs = performance.now() + KILL_LIMIT_MS;
  for (;;) {
    const found = stopAll(find);
    if (found.length === 0) return true;
    if (performance.now() > untilMs) return false;
    for (const { pid } of found) signalProcess(pid, "SIGKILL");
    await delay(KILL_PAUSE_MS);
  }
}

/** Asks them to go, and gives them `graceMs` for it; then they are killed. False as above. */
export async function endProcesses(find: Find, graceMs: number): Promise<boolean> {
  const asked = new Set<string>();
  const untilMs = performance.now() + graceMs;
  do {
    const found = find();
    if (found.length === 0) return true;
    for (const facts of found) askOnce(facts, asked);
    await delay(LEAVE_PAUSE_MS);
  } while (performance.now() < untilMs);
  return await killProcesses(find);
}

function askOnce(facts: ProcessFacts, asked: Set<string>): void {
  const name = processName(facts);
  if (asked.has(name)) return;
  asked.add(name);
  signalProcess(facts.pid, "SIGTERM");
}

/** A process that cannot run cannot start another one between the look and the kill. */
function stopAll(find: Find): readonly ProcessFacts[] {
  const stopped = new Set<string>();
  for (let round = 1; ; round += 1) {
    const found = find();
    const fresh = found.filter((facts) => !stopped.has(processName(facts)));
    if (fresh.length === 0 || round === STOP_ROUNDS_MAX) return found;
    for (const facts of fresh) {
      signalProcess(facts.pid, "SIGSTOP");
      stopped.add(processName(facts));
    }
  }
}
