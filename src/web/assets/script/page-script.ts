// The script of all pages, as one file. Joined from its modules here; the build minifies it (scripts/minify-script.ts).

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { joinModules } from "./join-modules.ts";

/** Name of the built file, beside the other assets. */
export const BUILT_SCRIPT = "app.min.js";

/** In dependency order, the entry point last. */
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
  "run-page.js",
  "app.js",
];

/** The morphing library declares `Idiomorph`, which the modules use; it is already minified. */
export function readPageScript(): { readonly library: string; readonly own: string } {
  const library = readFileSync(fileURLToPath(import.meta.resolve("idiomorph/dist/idiomorph.min.js")), "utf8");
  const read = (name: string) => readFileSync(new URL(name, import.meta.url), "utf8");
  return { library, own: joinModules(MODULES.map(read)) };
}
