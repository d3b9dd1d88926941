// What pages say of the sources beside their ages, as one short word: the same word, the same bytes. It is part of an
// answer's version, stands on the page, and comes with every event, so that an open page knows when to fetch itself.

import { hash } from "node:crypto";
import type { Attestation, Source } from "../../core/contract/snapshot.ts";
import { shownSource } from "./shown-source.ts";

const DIGEST_CHARACTERS = 10;

export function sourcesShown({ sources, observed_at: observedAt }: Attestation): string {
  const { tasks, runs, pull_requests: pullRequests } = sources;
  const shown = [toldOf(tasks), toldOf(runs), shownSource(pullRequests, Date.parse(observedAt))];
  return hash("sha1", JSON.stringify(shown), "base64url").slice(0, DIGEST_CHARACTERS);
}

function toldOf({ state, error, mode }: Source) {
  return [state, error, mode];
}
