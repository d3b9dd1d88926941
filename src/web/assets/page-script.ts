// The script of all pages, one file: one request, one digest, and a better compression. Here it is joined from its
// modules as they are written; the build makes it small (scripts/minify-script.ts).

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { joinModules } from "./join-modules.ts";

/** What the build calls it, beside the other assets. */
export const BUILT_SCRIPT = "app.min.js";

/** In order of dependency; the one that starts the page is last. */
const MODULES = [
  "duration.js",
  "age-model.js",
  "schedule.js",
  "event-stream.js",
  "stream-slot.js",
  "browser-memory.js",
  "paint.js",
  "marks.js",
  "morph.js",
  "places.js",
  "acts.js",
  "conversation.js",
  "live-page.js",
  "plain-page.js",
  "run-log.js",
  "app.js",
];

/** The library that morphs declares `Idiomorph`, which the modules use; it is minified already. */
export function readPageScript(): { readonly library: string; readonly own: string } {
  const library = readFileSync(fileURLToPath(import.meta.resolve("idiomorph/dist/idiomorph.min.js")), "utf8");
  const read = (name: string) => readFileSync(new URL(name, import.meta.url), "utf8");
  return { library, own: joinModules(MODULES.map(read)) };
}
