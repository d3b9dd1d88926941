// Commands about a task, ready to copy into a shell, whatever its key holds.

import { shellWord } from "../../core/shell-word.ts";
import type { TaskRow } from "../../core/snapshot/schema.ts";

export function completeCommand({ key }: Pick<TaskRow, "key">): string {
  return `tasks complete ${shellWord(key)}`;
}
