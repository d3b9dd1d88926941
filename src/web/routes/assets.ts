// GET /assets/<digest>/<name>: scripts, styles and icons from memory. The address changes with the content, so browsers
// cache them forever (H2).

import type { Assets } from "../assets/assets.ts";
import type { Answer } from "../http/answer.ts";

const KEPT_FOR_EVER = ["Cache-Control", "public, max-age=31536000, immutable", "Vary", "Accept-Encoding"];

/** Null when there is no such asset. */
export function assetAnswer(assets: Assets, path: string, acceptEncoding: string | undefined): Answer | null {
  const asset = assets.byPath.get(path);
  if (asset === undefined) return null;
  const headers = ["Content-Type", asset.contentType, ...KEPT_FOR_EVER];
  if (!/\bgzip\b/.test(acceptEncoding ?? "")) return { status: 200, headers, body: [asset.bytes] };
  return { status: 200, headers: [...headers, "Content-Encoding", "gzip"], body: [asset.gzip] };
}
