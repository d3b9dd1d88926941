// What people read of a worker's power, on pages and on the command line.

import type { WorkerSettings } from "../contract/agent-kind.ts";
import { kindNamed } from "./agent-kinds.ts";

/** What it may do, one or more sentences. */
export function permissionSentence({
  kind,
  permissions,
}: Pick<WorkerSettings, "kind" | "permissions">): string {
  const mode = kindNamed(kind)?.permissions[permissions];
  if (mode === undefined) return "What it may do is not known here.";
  return "kind" in mode ? mode.message : mode.sentence;
}

/** What stands between it and its user's files. */
export function accessWords({ wrap, permissions }: Pick<WorkerSettings, "wrap" | "permissions">): string {
  if (wrap.length > 0) return "wrapped";
  return permissions === "full" ? "full access to this user" : "limited by the agent itself";
}

/** A kind without a list has no version to ask for. */
export function isTestedVersion(kind: string, version: string): boolean {
  const tested = kindNamed(kind)?.version.tested ?? [];
  return tested.length === 0 || tested.some((prefix) => version.startsWith(prefix));
}
