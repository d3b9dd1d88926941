// What the server and the page's script say to each other beside HTML. The script is plain JavaScript and cannot import
// this file; docs/http-api.md says the same in words, and a test holds the names in both to these.
//
// The script fetches the page it stands on, with `If-None-Match: <the ETag it holds>`. An answer, 200 or 304 alike,
// carries the state below in a header, so that a 304 never brings an old age back to life (F7, H1). The same record is
// the data of every event of the stream.

import type { ShownView } from "../../app/server/live-snapshot.ts";
import type { Freshness, Source, Sources } from "../../core/contract/snapshot.ts";
import { sourcesShown } from "./sources-shown.ts";

/** Request header, value `1`: this fetch follows an event of the stream, so it asks for no new cycle. */
export const NUDGE_HEADER = "Tasks-Nudge";

/** Request header, value `1`: a person pressed Refresh, so pull requests are looked up as well. */
export const LOOK_HEADER = "Tasks-Look";

/** Response header of /status and /status.json (200, 304 and 503): a LiveState as JSON, every character ASCII. */
export const STATE_HEADER = "Tasks-State";

/**
 * `snapshot`: published, fetch the page; its `id` is the `seq`. Also the first event of a stream, unless Last-Event-ID
 * says the page has it already. `attested`: still true, reset the age, morph nothing. `freshness`: the state changed.
 */
export const EVENT_NAMES = { published: "snapshot", attested: "attested", freshness: "freshness" } as const;

/** Everything a page needs to tell its age and state; all null before the first snapshot but the state itself. */
export type LiveState = {
  readonly seq: number | null;
  readonly epoch: number | null;
  readonly cycle: number | null;
  readonly observed_at: string | null;
  readonly state: Freshness["state"];
  readonly stale_reason: Freshness["stale_reason"];
  /** The sentence of the banner; null while fresh. */
  readonly detail: string | null;
  readonly last_success_at: string | null;
  readonly sources: Sources | null;
  /** Another word when a page says something else of its sources, their ages aside: then it has to be fetched. */
  readonly shown: string | null;
  /** At the moment of sending. The script adds what its own clocks measured since receipt. */
  readonly age_ms: number | null;
};

/** An error text travels in a header with every answer: what is longer is on the page itself. */
const SOURCE_ERROR_MAX_CHARACTERS = 200;

/** Null for the view before the first snapshot. */
export function liveState(view: ShownView | null, freshness: Freshness): LiveState {
  return {
    seq: view?.snapshot.seq ?? null,
    epoch: view?.snapshot.epoch ?? null,
    cycle: view?.attestation.cycle ?? null,
    observed_at: freshness.observed_at,
    state: freshness.state,
    stale_reason: freshness.stale_reason,
    detail: freshness.detail,
    last_success_at: freshness.last_success_at,
    sources: view === null ? null : shortened(view.attestation.sources),
    shown: view === null ? null : sourcesShown(view.attestation),
    age_ms: freshness.age_ms,
  };
}

/**
 * The state as JSON that may stand in a header, up to its last member, the age, which is another one for every answer.
 * Characters beyond ASCII are escaped, which JSON.parse undoes.
 */
export function stateTextWithoutAge(state: LiveState): string {
  const { age_ms: _ageMs, ...lasting } = state;
  const text = JSON.stringify(lasting).replace(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return text.slice(0, -1);
}

/** Completes what stateTextWithoutAge left open. */
export function withAge(text: string, ageMs: number | null): string {
  return `${text},"age_ms":${ageMs === null ? "null" : Math.max(0, Math.round(ageMs))}}`;
}

function shortened(sources: Sources): Sources {
  return {
    tasks: shortenedSource(sources.tasks),
    runs: shortenedSource(sources.runs),
    pull_requests: { ...sources.pull_requests, ...shortenedSource(sources.pull_requests) },
  };
}

function shortenedSource(source: Source): Source {
  if (source.error === null || source.error.length <= SOURCE_ERROR_MAX_CHARACTERS) return source;
  return { ...source, error: `${source.error.slice(0, SOURCE_ERROR_MAX_CHARACTERS - 1)}…` };
}
