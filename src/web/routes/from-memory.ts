// Answers from memory: assets, JSON Schemas, and whether the server is alive and ready.

import type { LiveSnapshot } from "../../app/server/live-snapshot.ts";
import { pageJsonSchema, snapshotJsonSchema } from "../../core/contract/json-schema.ts";
import { SCHEMA_VERSION } from "../../core/contract/snapshot.ts";
import type { Assets } from "../assets/assets.ts";
import { type Answer, JSON_TYPE, textAnswer } from "../http/answer.ts";

const KEPT_FOREVER = ["Cache-Control", "public, max-age=31536000, immutable", "Vary", "Accept-Encoding"];

/**
 * GET /assets/<digest>/<name>; null if there is none. The address changes with the content, so browsers cache it forever
 * (H2).
 */
export function assetAnswer(assets: Assets, path: string, acceptEncoding: string | undefined): Answer | null {
  const asset = assets.byPath.get(path);
  if (asset === undefined) return null;
  const headers = ["Content-Type", asset.contentType, ...KEPT_FOREVER];
  if (!/\bgzip\b/.test(acceptEncoding ?? "")) return { status: 200, headers, body: [asset.bytes] };
  return { status: 200, headers: [...headers, "Content-Encoding", "gzip"], body: [asset.gzip] };
}

/** Names under /schemas/. Generated on first use: most servers never need them. */
const SCHEMAS: ReadonlyMap<string, () => object> = new Map([
  [`snapshot.v${SCHEMA_VERSION}.json`, snapshotJsonSchema],
  [`snapshot-page.v${SCHEMA_VERSION}.json`, pageJsonSchema],
]);

const exported = new Map<string, string>();

/** GET /schemas/<name>, as text; null if there is none. */
export function schemaText(name: string): string | null {
  const known = exported.get(name);
  if (known !== undefined) return known;
  const schema = SCHEMAS.get(name);
  if (schema === undefined) return null;
  const text = `${JSON.stringify(schema(), null, 2)}\n`;
  exported.set(name, text);
  return text;
}

/** GET /livez: the process responds. Like /readyz it reads only memory and starts no cycle (H6). */
export function livezAnswer(): Answer {
  return textAnswer({ type: JSON_TYPE, text: '{"status":"ok"}\n' });
}

/** GET /readyz: there is a snapshot, or the progress of the first one. */
export function readyzAnswer(live: Pick<LiveSnapshot, "view" | "freshness">): Answer {
  if (live.view() !== null) return textAnswer({ type: JSON_TYPE, text: '{"status":"ok"}\n' });
  const { progress } = live.freshness();
  const body = progress === null ? { status: "starting" } : { status: "starting", progress };
  return textAnswer({ status: 503, type: JSON_TYPE, text: `${JSON.stringify(body)}\n` });
}
