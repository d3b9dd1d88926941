import { sameValue } from "../../values/same-value.ts";
import { PERMISSIONS, type WorkerSettings } from "../contract/agent-kind.ts";

/** Settings that decide what runs: any other value may permit more, as no one can tell from a program's arguments. */
const DECIDES_WHAT_RUNS = ["command", "program", "args", "wrap", "variables"] as const;

/** By what a worker may do more than another, each a clause; empty: it may do no more. */
export function widerBy(worker: WorkerSettings, than: WorkerSettings): readonly string[] {
  const isWider = PERMISSIONS.indexOf(worker.permissions) > PERMISSIONS.indexOf(than.permissions);
  return [
    ...(isWider ? [`its permissions are ${worker.permissions}, not ${than.permissions}`] : []),
    ...DECIDES_WHAT_RUNS.flatMap((key) =>
      sameValue(worker[key], than[key]) ? [] : [`it has another ${key}`],
    ),
  ];
}
