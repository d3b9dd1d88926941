// What every load of the snapshot has in common, when it asks for a cycle; and what /status and /status.json have: which
// headers tell the age, and what an entity tag stands for.

import { hash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { LiveSnapshot, ShownView, SnapshotView } from "../../../app/server/live-snapshot.ts";
import type { Config } from "../../../config/schema.ts";
import type { Attestation, Freshness, Snapshot } from "../../../core/contract/snapshot.ts";
import { NEVER_STORED } from "../../http/answer.ts";
import { liveState, NUDGE_HEADER, STATE_HEADER, stateTextWithoutAge, withAge } from "../../live/protocol.ts";
import { sourcesShown } from "../../live/sources-shown.ts";

const NUDGE = NUDGE_HEADER.toLowerCase();

/** What a load shows, and how far it can be trusted: its freshness says so when no update answered it in time. */
export type Loaded = { readonly view: SnapshotView | null; readonly freshness: Freshness };

/**
 * Waits for a cycle that begins after this load was asked (F15), within `refresh.wait_ms`, unless the request may not ask
 * for one: another site must not make this machine work (S5), and a page that follows a nudge would chase itself.
 */
export async function loadNewest(
  { live, config }: { readonly live: LiveSnapshot; readonly config: Config },
  headers: IncomingHttpHeaders,
): Promise<Loaded> {
  const mayAsk = headers["sec-fetch-site"] !== "cross-site" && headers[NUDGE] === undefined;
  if (!mayAsk) return atOnce({ live });
  const outcome = await live.refresh({ waitMs: config.refresh.wait_ms });
  return { view: live.view(), freshness: live.freshness(outcome) };
}

/** The newest there is, for what waits for no cycle. */
export function atOnce({ live }: { readonly live: LiveSnapshot }): Loaded {
  return { view: live.view(), freshness: live.freshness() };
}

/**
 * Everything an answer says apart from its age, worked out once and shared by the answers of that moment: until the
 * next publication, attestation, or change of the freshness state.
 */
export type Moment = {
  readonly snapshot: Snapshot;
  readonly attestation: Attestation;
  readonly freshness: Freshness;
  /** Tells apart what is shown; not the times of observation, which every cycle renews. */
  readonly version: string;
  readonly stateText: string;
};

export type Moments = (view: ShownView, freshness: Freshness) => Moment;

/** Remembers the last moment. */
export function createMoments(): Moments {
  let last: Moment | null = null;
  return (view, freshness) => {
    if (last === null || !isSameMoment(last, view, freshness)) {
      last = {
        snapshot: view.snapshot,
        attestation: view.attestation,
        freshness,
        version: versionOf(view, freshness),
        stateText: stateText(view, freshness),
      };
    }
    return last;
  };
}

/** Weak: two answers with one tag differ in their age. */
export function tagFor(version: string): string {
  return `W/"${hash("sha1", version, "base64url")}"`;
}

/** `Age` stands on snapshot answers only and says what the page says (H3). */
export function snapshotHeaders(moment: Moment, ageMs: number | null, tag: string): string[] {
  const headers = [...NEVER_STORED, "ETag", tag, STATE_HEADER, withAge(moment.stateText, ageMs)];
  if (ageMs !== null) headers.push("Age", String(Math.max(0, Math.floor(ageMs / 1000))));
  return headers;
}

/** The state alone, which also an answer without a snapshot has. */
export function stateHeader(freshness: Freshness): string[] {
  return [STATE_HEADER, withAge(stateText(null, freshness), freshness.age_ms)];
}

function stateText(view: ShownView | null, freshness: Freshness): string {
  return stateTextWithoutAge(liveState(view, freshness));
}

function isSameMoment(last: Moment, { snapshot, attestation }: ShownView, now: Freshness): boolean {
  if (last.snapshot !== snapshot || last.attestation !== attestation) return false;
  const then = last.freshness;
  return (
    then.state === now.state &&
    then.stale_reason === now.stale_reason &&
    then.detail === now.detail &&
    then.observed_at === now.observed_at &&
    then.last_attempt_at === now.last_attempt_at &&
    then.last_success_at === now.last_success_at &&
    then.next_attempt_at === now.next_attempt_at
  );
}

function versionOf({ snapshot, attestation }: ShownView, freshness: Freshness): string {
  const { state, stale_reason: reason, detail } = freshness;
  const { epoch, seq } = snapshot;
  return JSON.stringify([epoch, seq, state, reason, detail, sourcesShown(attestation)]);
}
