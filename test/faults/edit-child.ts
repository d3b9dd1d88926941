// Adds keys to one task file, one edit after the other, until its number of edits is made or it is killed.

import process from "node:process";
import { createTaskWriter } from "../../src/adapters/tree-files/task-writer.ts";
import { editTaskFile } from "../../src/app/tasks/edit-task.ts";
import type { RelativePath } from "../../src/core/contract/task.ts";

const [root = "", lockFile = "", file = "", name = "", count = "0"] = process.argv.slice(2);
const writer = createTaskWriter({ root, lockFile });
for (let number = 0; number < Number(count); number++) {
  await editTaskFile({ writer }, file as RelativePath, [
    { kind: "text", key: `${name}-${number}`, text: String(number) },
  ]);
  process.stdout.write(`${number}\n`);
}
