// What loads of the snapshot share: when they start a cycle, the headers with the age, and entity tags.

import { hash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { LiveSnapshot, ShownView, SnapshotView } from "../../../app/server/live-snapshot.ts";
import type { Config } from "../../../config/schema.ts";
import type { Attestation, Freshness, Snapshot } from "../../../core/contract/snapshot.ts";
import { NEVER_STORED } from "../../http/answer.ts";
import { liveState, NUDGE_HEADER, STATE_HEADER, stateTextWithoutAge, withAge } from "../../live/protocol.ts";
import { sourcesShown } from "../../live/shown-source.ts";

const NUDGE = NUDGE_HEADER.toLowerCase();

/** What a load shows; its freshness says if no update finished in time. */
export type Loaded = { readonly view: SnapshotView | null; readonly freshness: Freshness };

/**
 * Waits up to `refresh.wait_ms` for a cycle that starts after this request (F15), unless the request may not start one:
 * another site must not make this machine work (S5), and a page that follows an event would chase itself.
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

/** The current snapshot, without waiting. */
export function atOnce({ live }: { readonly live: LiveSnapshot }): Loaded {
  return { view: live.view(), freshness: live.freshness() };
}

/**
 * Everything in an answer but its age, computed once until the next publication, attestation or change of the freshness
 * state.
 */
export type Moment = {
  readonly snapshot: Snapshot;
  readonly attestation: Attestation;
  readonly freshness: Freshness;
  /** Identifies what is shown; not the observation times, which every cycle renews. */
  readonly version: string;
  readonly stateText: string;
};

export type Moments = (view: ShownView, freshness: Freshness) => Moment;

/** Caches the last moment. */
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

/** Weak: answers with the same tag differ in their age. */
export function tagFor(version: string): string {
  return `W/"${hash("sha1", version, "base64url")}"`;
}

/** `Age` is set on snapshot answers only, and matches the page (H3). */
export function snapshotHeaders(moment: Moment, ageMs: number | null, tag: string): string[] {
  const headers = [...NEVER_STORED, "ETag", tag, STATE_HEADER, withAge(moment.stateText, ageMs)];
  if (ageMs !== null) headers.push("Age", String(Math.max(0, Math.floor(ageMs / 1000))));
  return headers;
}

/** The state alone, also for an answer without a snapshot. */
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
