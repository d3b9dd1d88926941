// The script that shows notifications, as one file, apart from the script of all pages: only viewers who switched
// notifications of the browser on load it.

import { readFileSync } from "node:fs";
import { joinModules } from "../script/join-modules.ts";

/** Name of the built file, beside the other assets. */
export const BUILT_NOTIFY_SCRIPT = "notify.min.js";

const MODULES = ["../script/browser-memory.js", "notify.js"];

export function readNotifyScript(): string {
  return joinModules(MODULES.map((name) => readFileSync(new URL(name, import.meta.url), "utf8")));
}
