// How this machine lists its processes; chosen once.

import process from "node:process";
import { createProcProcesses } from "./proc-processes.ts";
import type { ProcessSystem } from "./process-facts.ts";
import { createPsProcesses } from "./ps-processes.ts";

let system: ProcessSystem | null = null;

export function systemProcesses(): ProcessSystem {
  system ??= process.platform === "darwin" ? createPsProcesses() : createProcProcesses();
  return system;
}
