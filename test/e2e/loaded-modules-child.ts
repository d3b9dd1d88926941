// Loaded before the program (`node --import`): when it ends, writes what was loaded to the file that LOADED_MODULES names,
// one a line: addresses of files, and Node's own modules as `node:name`.

import { writeFileSync } from "node:fs";
import { registerHooks } from "node:module";
import process from "node:process";

const loaded = new Set<string>();
registerHooks({
  load(url, context, next) {
    loaded.add(url);
    return next(url, context);
  },
});
process.on("exit", () => {
  const { moduleLoadList } = process as typeof process & { readonly moduleLoadList: readonly string[] };
  const own = moduleLoadList.map((line) => line.replace("NativeModule ", "node:"));
  writeFileSync(process.env["LOADED_MODULES"] ?? "", [...loaded, ...own].join("\n"));
});
