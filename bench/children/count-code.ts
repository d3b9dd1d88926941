// Preloaded into a command (`node --import`): counts the code that the process loads, Node's own aside, and writes
// { bytes } as JSON to the file that BENCH_CODE_COUNT names.

import { writeFileSync } from "node:fs";
import { registerHooks } from "node:module";

let bytes = 0;
registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (url.startsWith("file:")) bytes += Buffer.byteLength(loaded.source ?? "");
    return loaded;
  },
});
process.on("exit", () => writeFileSync(process.env["BENCH_CODE_COUNT"] ?? "", JSON.stringify({ bytes })));
