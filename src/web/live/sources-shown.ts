// A digest of what pages show of the sources, apart from their ages. It is part of an answer's version, is on the page,
// and comes with every event, so an open page knows when to fetch itself.

import { hash } from "node:crypto";
import type { Attestation, Source } from "../../core/contract/snapshot.ts";
import { shownSource } from "./shown-source.ts";

const DIGEST_CHARACTERS = 10;

export function sourcesShown({ sources, observed_at: observedAt }: Attestation): string {
  const { tasks, runs, pull_requests: pullRequests } = sources;
  const shown = [shownOf(tasks), shownOf(runs), shownSource(pullRequests, Date.parse(observedAt))];
  return hash("sha1", JSON.stringify(shown), "base64url").slice(0, DIGEST_CHARACTERS);
}

function shownOf({ state, error, mode }: Source) {
  return [state, error, mode];
}
