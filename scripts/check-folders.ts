// Fails when a folder imports one that stands after it in ARCHITECTURE.md's map, when files import each other in a circle,
// or when the map and the folders differ.

import { fileURLToPath } from "node:url";
import { folderProblems } from "./folder-order.ts";

const problems = folderProblems(fileURLToPath(new URL("..", import.meta.url)));
for (const problem of problems) console.log(problem);
console.log(`${problems.length} problems with the order of the folders.`);
process.exitCode = problems.length === 0 ? 0 : 1;
