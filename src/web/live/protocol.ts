// What the server and the page's script exchange beside HTML. The script is plain JavaScript and cannot import this
// file; a test compares the names with it and with docs/http-api.md. The script fetches its own page with `If-None-
// Match`. Both 200 and 304 carry the state below in a header, so that a 304 never brings back an old age (F7, H1).
// Every event of the stream carries the same record.

import type { ShownView } from "../../app/server/live-snapshot.ts";
import type { Freshness, Source, Sources } from "../../core/contract/snapshot.ts";
import { sourcesShown } from "./shown-source.ts";

/** Request header, value `1`: this fetch follows an event, so it starts no new cycle. */
export const NUDGE_HEADER = "Tasks-Nudge";

/** Request header, value `1`: the user pressed Refresh, so pull requests are synced too. */
export const LOOK_HEADER = "Tasks-Look";

/** Response header of /status and /status.json (200, 304 and 503): a LiveState as ASCII JSON. */
export const STATE_HEADER = "Tasks-State";

/**
 * `snapshot`: published, fetch the page; its `id` is the `seq`. Also the first event of a stream, unless Last-Event-ID
 * says the page has it. `attested`: still true, reset the age. `freshness`: the state changed.
 */
export const EVENT_NAMES = { published: "snapshot", attested: "attested", freshness: "freshness" } as const;

/** What a page needs to show its age and state. Before the first snapshot all but the state is null. */
export type LiveState = {
  readonly seq: number | null;
  readonly epoch: number | null;
  readonly cycle: number | null;
  readonly observed_at: string | null;
  readonly state: Freshness["state"];
  readonly stale_reason: Freshness["stale_reason"];
  /** The banner's sentence; null while fresh. */
  readonly detail: string | null;
  readonly last_success_at: string | null;
  readonly sources: Sources | null;
  /**
   * Changes when the page shows something else about its sources, apart from their ages; the page must then be fetched.
   */
  readonly shown: string | null;
  /** At the time of sending. The script adds the time since receipt. */
  readonly age_ms: number | null;
};

/** Error texts travel in a header with every answer; the page has the full text. */
const SOURCE_ERROR_MAX_CHARACTERS = 200;

/** Null before the first snapshot. */
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
 * The state as JSON for a header, without its last member, the age, which differs in every answer. Non-ASCII characters
 * are escaped, which JSON.parse undoes.
 */
export function stateTextWithoutAge(state: LiveState): string {
  const { age_ms: _ageMs, ...lasting } = state;
  const text = JSON.stringify(lasting).replace(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return text.slice(0, -1);
}

/** Completes the text of stateTextWithoutAge(). */
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
