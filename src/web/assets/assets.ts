// Static files: read once at start and addressed by content digest, so browsers cache them forever and an upgrade takes
// effect at once.

import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { BUILT_NOTIFY_SCRIPT, readNotifyScript } from "./notify/notify-script.ts";
import { BUILT_SCRIPT, readPageScript } from "./script/page-script.ts";

export const FAVICON_STATES = ["attention", "calm", "stale", "unknown"] as const;
export type FaviconState = (typeof FAVICON_STATES)[number];

/** Where pages find the assets, all on the server's own origin. */
export type AssetUrls = {
  readonly style: string;
  readonly script: string;
  /** Shows notifications of the browser. */
  readonly notify: string;
  readonly favicon: Readonly<Record<FaviconState, string>>;
};

export type Asset = { readonly bytes: Buffer; readonly gzip: Buffer; readonly contentType: string };

export type Assets = { readonly urls: AssetUrls; readonly byPath: ReadonlyMap<string, Asset> };

/** In cascade order: widths and print come last. */
const STYLES = [
  "tokens",
  "base",
  "controls",
  "bar",
  "freshness",
  "status",
  "tables",
  "plain-pages",
  "actions",
  "run",
  "prose",
  "widths",
  "narrow",
  "reader",
];
const DIGEST_LENGTH = 12;
const JAVASCRIPT = "text/javascript; charset=utf-8";

/** Reads every asset into memory. Throws if one is missing, because then the installation is broken. */
export function loadAssets(): Assets {
  const byPath = new Map<string, Asset>();
  const add = (path: string, bytes: Buffer, contentType: string): string => {
    byPath.set(path, { bytes, gzip: gzipSync(bytes, { level: 9 }), contentType });
    return path;
  };
  const addHashed = (name: string, bytes: Buffer, contentType: string): string =>
    add(`/assets/${digest(bytes)}/${name}`, bytes, contentType);

  const style = addHashed("status.css", Buffer.from(joinStyles()), "text/css; charset=utf-8");
  const icon = (state: FaviconState) =>
    addHashed(`favicon-${state}.svg`, readAsset(`favicon-${state}.svg`), "image/svg+xml");
  return {
    urls: {
      style,
      script: addHashed("app.js", readScript(BUILT_SCRIPT, joinPageScript), JAVASCRIPT),
      notify: addHashed("notify.js", readScript(BUILT_NOTIFY_SCRIPT, readNotifyScript), JAVASCRIPT),
      favicon: {
        attention: icon("attention"),
        calm: icon("calm"),
        stale: icon("stale"),
        unknown: icon("unknown"),
      },
    },
    byPath,
  };
}

/** One file without comments. */
function joinStyles(): string {
  const sheets = STYLES.map((name) => readAsset(`styles/${name}.css`).toString("utf8"));
  return sheets.join("\n").replace(/\/\*.*?\*\/\n*/gs, "");
}

/** The built script, else the sources joined. */
function readScript(name: string, join: () => string): Buffer {
  const built = new URL(`assets/${name}`, import.meta.url);
  return existsSync(built) ? readFileSync(built) : Buffer.from(join());
}

function joinPageScript(): string {
  const { library, own } = readPageScript();
  return `${library}\n${own}`;
}

/** Beside this file in the sources; in `assets/` beside the bundle once built. */
function readAsset(name: string): Buffer {
  const beside = new URL(name, import.meta.url);
  return readFileSync(existsSync(beside) ? beside : new URL(`assets/${name}`, import.meta.url));
}

function digest(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex").slice(0, DIGEST_LENGTH);
}
