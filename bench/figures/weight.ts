// P8: what a browser has to load.

import { gzipSync, type ZlibOptions } from "node:zlib";
import type { Figure } from "../measure.ts";
import { whileServed } from "../served.ts";
import type { Tree } from "../tree.ts";

export function weightFigures(tree: Tree): Promise<Figure[]> {
  return whileServed(tree, async ({ url }) => {
    const html = await (await fetch(`${url}/status`)).text();
    const common = {
      requirement: "P8",
      tasks: tree.paths.length,
      unit: "KB",
      baseline: null,
    } as const;
    return [
      { ...common, name: "/status, gzip", value: kilobytes(html), target: { atMost: 30 } },
      {
        ...common,
        name: "all scripts, gzip",
        value: await scriptKilobytes(url, html),
        target: { atMost: 12 },
      },
    ];
  });
}

/** Of the status page as it is transferred. */
export async function pageKilobytes(url: string): Promise<number> {
  return kilobytes(await (await fetch(`${url}/status`)).text());
}

/** All scripts of the page together. */
async function scriptKilobytes(url: string, html: string): Promise<number> {
  const scripts = [...html.matchAll(/<script[^>]+src="([^"]+)"/g)].map((match) => match[1] ?? "");
  const texts = await Promise.all(scripts.map(async (path) => (await fetch(new URL(path, url))).text()));
  // As the server packs them, once: as small as gzip can.
  return texts.reduce((sum, text) => sum + kilobytes(text, { level: 9 }), 0);
}

function kilobytes(text: string, options: ZlibOptions = {}): number {
  return gzipSync(text, options).length / 1024;
}
