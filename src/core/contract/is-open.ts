import type { TaskStatus } from "./task.ts";

/** A task that may still be worked on. A status that cannot be read is open: nothing says that it is over. */
export function isOpen(status: TaskStatus | null): boolean {
  return status !== "completed" && status !== "cancelled";
}
