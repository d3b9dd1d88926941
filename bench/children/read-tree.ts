// R(n): reads the files whose paths stand in a list, once, synchronously, without parsing. Prints milliseconds.

import { readFileSync } from "node:fs";

const [listFile = ""] = process.argv.slice(2);
const paths = readFileSync(listFile, "utf8").split("\n").filter(Boolean);
const started = performance.now();
let characters = 0;
for (const path of paths) characters += readFileSync(path, "utf8").length;
console.log(JSON.stringify({ ms: performance.now() - started, characters }));
