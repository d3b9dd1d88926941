// Commands about a task, quoted for a shell.

import type { TaskRow } from "../../../core/contract/snapshot.ts";
import { shellWord } from "../../../core/text/shell-word.ts";

export function completeCommand({ key }: Pick<TaskRow, "key">): string {
  return `tasks complete ${shellWord(key)}`;
}
