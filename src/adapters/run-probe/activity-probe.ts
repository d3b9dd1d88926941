// Probes what the agent of a run says it does: the digest that its supervisor keeps. One stat per probe; read when it was
// replaced.

import type { Stats } from "node:fs";
import { join } from "node:path";
import type { AgentActivity } from "../../core/agent/activity/agent-activity.ts";
import { look } from "../file-system/read-small-file.ts";
import { readActivity } from "../run-log/activity-file.ts";
import { ACTIVITY_FILE } from "../run-log/run-folder.ts";

/** Null without a digest. Throws what the disk throws. */
type ActivityProbe = () => AgentActivity | null;

type Memory = { readonly stamp: string; readonly activity: AgentActivity | null };

/** `folder` has the run's files. */
export function createActivityProbe(folder: string): ActivityProbe {
  const path = join(folder, ACTIVITY_FILE);
  let memory: Memory | null = null;
  return () => {
    const stats = look(path);
    if (stats === null) return null;
    const stamp = stampOf(stats);
    if (memory?.stamp !== stamp) memory = { stamp, activity: readActivity(folder) };
    return memory.activity;
  };
}

/** A digest is replaced, not written in place. */
function stampOf({ ino, mtimeMs, size }: Stats): string {
  return `${ino} ${mtimeMs} ${size}`;
}
