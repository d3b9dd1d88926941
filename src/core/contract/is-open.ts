import type { TaskStatus } from "./task.ts";

/** Neither completed nor cancelled; a status that cannot be read is open. */
export function isOpen(status: TaskStatus | null): boolean {
  return status !== "completed" && status !== "cancelled";
}
