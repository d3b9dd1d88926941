// GET /status.json: the snapshot with its freshness. What a `seq` fixes is serialised once and shared; the current
// attestation and freshness are a small tail.

import type { IncomingHttpHeaders } from "node:http";
import type { SnapshotView } from "../../../app/server/live-snapshot.ts";
import type { Freshness, ServedSnapshot, Snapshot } from "../../../core/contract/snapshot.ts";
import type { RequestPath } from "../../addresses/request-path.ts";
import { type Answer, JSON_TYPE, notModified, tagMatches } from "../../http/answer.ts";
import { problemAnswer } from "../../http/problem-json.ts";
import { InstantCache } from "../request/instant-cache.ts";
import { createOwnerSnapshots, ownerUnknown } from "../request/owner-snapshot.ts";
import { createMoments, loadNewest, snapshotHeaders, tagFor } from "../request/snapshot-answer.ts";
import { startingAnswer } from "../request/starting-answer.ts";
import type { WebContext } from "../request/web-context.ts";
import { createSnapshotBytes } from "./snapshot-bytes.ts";
import { asksForPage } from "./task-page-query.ts";
import { createTaskPages } from "./task-pages.ts";

type Context = Pick<WebContext, "live" | "config" | "defaultOwner" | "assets" | "clock">;

type Volatile = Pick<ServedSnapshot, "observed_at" | "cycle" | "duration_ms" | "sources" | "freshness">;

/** What answers within one instant share, besides the snapshot's bytes. */
type Headed = {
  readonly tag: string;
  readonly headers: readonly string[];
  readonly unchanged: Answer;
  readonly tail: () => Buffer;
};

const NO_PARAMETERS = new URLSearchParams();

export function createStatusJson(context: Context) {
  const ownerSnapshot = createOwnerSnapshots(context.defaultOwner);
  const momentOf = createMoments();
  const bytes = createSnapshotBytes();
  const pages = createTaskPages(context, ownerSnapshot);
  const instant = new InstantCache<Headed>();
  const headed = (view: SnapshotView, freshness: Freshness, snapshot: Snapshot): Headed => {
    const { name, resolved_from: resolvedFrom } = snapshot.owner;
    const moment = momentOf(view, freshness);
    const tag = tagFor(`json ${name} ${resolvedFrom} ${moment.version}`);
    const headers = snapshotHeaders(moment, freshness.age_ms, tag);
    const { observed_at, cycle, duration_ms, sources } = view.attestation;
    let tail: Buffer | null = null;
    const tailOnUse = () => {
      tail ??= tailOf({ observed_at, cycle, duration_ms, sources, freshness });
      return tail;
    };
    return {
      tag,
      headers: ["Content-Type", JSON_TYPE, ...headers],
      unchanged: notModified(headers),
      tail: tailOnUse,
    };
  };
  return async (headers: IncomingHttpHeaders, { search }: RequestPath): Promise<Answer> => {
    const params = search === "" ? NO_PARAMETERS : new URLSearchParams(search);
    if (asksForPage(params)) return await pages(headers, params);
    const { view, freshness } = await loadNewest(context, headers);
    if (view === null) return startingAnswer(context, {});
    const owner = ownerSnapshot(view.snapshot, params.get("owner"));
    if (owner.kind === "unknown") return problemAnswer(ownerUnknown(owner));
    const answer = instant.get(view, freshness, search, () => headed(view, freshness, owner.snapshot));
    if (tagMatches(headers["if-none-match"], answer.tag)) return answer.unchanged;
    return { status: 200, headers: answer.headers, ...(await bytes(owner.snapshot, answer.tail())) };
  };
}

/** Continues the open object of the snapshot's bytes. */
function tailOf(volatile: Volatile): Buffer {
  return Buffer.from(`,${JSON.stringify(volatile).slice(1)}\n`, "utf8");
}
