// What /status and /status.json have in common: when they ask for a cycle, which headers tell the age, and what an
// entity tag stands for.

import { hash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { SnapshotView } from "../../app/live-snapshot.ts";
import type { Attestation, Freshness, Source } from "../../core/snapshot/schema.ts";
import { NEVER_STORED } from "../answer.ts";
import { asHeaderJson, liveState, NUDGE_HEADER, STATE_HEADER } from "../live/protocol.ts";
import type { WebContext } from "../web-context.ts";

const NUDGE = NUDGE_HEADER.toLowerCase();

/**
 * Waits for a fresh cycle, within the budget, unless the request may not ask for one: another site must not make this
 * machine work (S5), and a page that follows a nudge would chase itself. Then the newest there is.
 */
export async function newestView(
  context: Pick<WebContext, "live" | "config">,
  headers: IncomingHttpHeaders,
): Promise<SnapshotView | null> {
  const mayAsk = headers["sec-fetch-site"] !== "cross-site" && headers[NUDGE] === undefined;
  if (mayAsk) await context.live.refresh({ waitMs: context.config.refresh.wait_ms });
  return context.live.view();
}

/** Everything but the age and the observation times that a served snapshot is made from. */
export function versionOf({ snapshot, attestation }: SnapshotView, freshness: Freshness): string {
  const { state, stale_reason: reason, detail } = freshness;
  return `${snapshot.epoch}.${snapshot.seq} ${state} ${reason} ${detail} ${sourcesKey(attestation.sources)}`;
}

/** Weak: two answers with one tag differ in their age. */
export function tagFor(version: string): string {
  return `W/"${hash("sha1", version, "base64url")}"`;
}

/** `Age` stands on snapshot answers only and says what the page says (H3). */
export function snapshotHeaders(view: SnapshotView, freshness: Freshness, tag: string): string[] {
  const headers = [...NEVER_STORED, "ETag", tag, ...stateHeader(view, freshness)];
  if (freshness.age_ms !== null)
    headers.push("Age", String(Math.max(0, Math.floor(freshness.age_ms / 1000))));
  return headers;
}

/** The state alone, which also an answer without a snapshot has. */
export function stateHeader(view: SnapshotView | null, freshness: Freshness): string[] {
  const state = liveState({
    seq: view?.snapshot.seq ?? null,
    epoch: view?.snapshot.epoch ?? null,
    attestation: view?.attestation ?? null,
    freshness,
  });
  return [STATE_HEADER, asHeaderJson(state)];
}

function sourcesKey({ tasks, runs, pull_requests: pullRequests }: Attestation["sources"]): string {
  return `${sourceKey(tasks)} ${sourceKey(runs)} ${sourceKey(pullRequests)}`;
}

function sourceKey({ state, error, mode }: Source): string {
  return `${state} ${error} ${mode}`;
}
