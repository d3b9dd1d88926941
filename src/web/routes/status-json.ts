// GET /status.json: the snapshot with its freshness, for programs. What a `seq` fixes is serialised once and shared by
// all answers; the attestation and the freshness of this moment are a small tail behind it.

import type { IncomingHttpHeaders } from "node:http";
import type { ServedSnapshot, Snapshot } from "../../core/snapshot/schema.ts";
import { type Answer, JSON_TYPE, notModified, tagMatches } from "../answer.ts";
import type { RequestPath } from "../listener/request-path.ts";
import { problemAnswer } from "../problem-json.ts";
import { RenderCache } from "../render-cache.ts";
import type { WebContext } from "../web-context.ts";
import { createOwnerSnapshots, ownerUnknown } from "./owner-snapshot.ts";
import { serialiseSnapshot } from "./serialise-snapshot.ts";
import { createMoments, newestView, snapshotHeaders, tagFor } from "./snapshot-answer.ts";
import { startingAnswer } from "./starting-answer.ts";

/** At 10,000 tasks everyone's snapshot is about 10 MB, and all owners' together as much again. */
const KEPT = { entries: 32, bytes: 32 * 1024 * 1024 };

type Volatile = Pick<ServedSnapshot, "observed_at" | "cycle" | "duration_ms" | "sources" | "freshness">;

/** The route, with the bytes it keeps. */
export function createStatusJson(context: Pick<WebContext, "live" | "config" | "defaultOwner" | "assets">) {
  const { live } = context;
  const ownerSnapshot = createOwnerSnapshots(context.defaultOwner);
  const momentOf = createMoments();
  const bytes = createSnapshotBytes();
  return async (headers: IncomingHttpHeaders, { search }: RequestPath): Promise<Answer> => {
    const view = await newestView(context, headers);
    const freshness = live.freshness();
    if (view === null) return startingAnswer(context, {});
    const owner = ownerSnapshot(
      view.snapshot,
      search === "" ? null : new URLSearchParams(search).get("owner"),
    );
    if (owner.kind === "unknown") return problemAnswer(ownerUnknown(owner));

    const { name, resolved_from: resolvedFrom } = owner.snapshot.owner;
    const moment = momentOf(view, freshness);
    const tag = tagFor(`json ${name} ${resolvedFrom} ${moment.version}`);
    const answerHeaders = snapshotHeaders(moment, freshness.age_ms, tag);
    if (tagMatches(headers["if-none-match"], tag)) return notModified(answerHeaders);
    const { observed_at, cycle, duration_ms, sources } = view.attestation;
    const tail = tailOf({ observed_at, cycle, duration_ms, sources, freshness });
    const body = [...(await bytes(owner.snapshot)), tail];
    return { status: 200, headers: ["Content-Type", JSON_TYPE, ...answerHeaders], body };
  };
}

/** Requests that arrive while a snapshot is being serialised wait for the same bytes. */
function createSnapshotBytes(): (snapshot: Snapshot) => Promise<readonly Buffer[]> {
  const kept = new RenderCache<readonly Buffer[]>(KEPT);
  const underWay = new Map<Snapshot, Promise<readonly Buffer[]>>();
  return async (snapshot) => {
    const { owner, epoch, seq } = snapshot;
    const view = JSON.stringify([owner.name, owner.resolved_from]);
    const version = `${epoch}.${seq}`;
    const known = kept.get(view, version);
    if (known !== null) return known;
    const joined = underWay.get(snapshot) ?? serialiseSnapshot(snapshot);
    underWay.set(snapshot, joined);
    try {
      const serialised = await joined;
      const byteLength = serialised.reduce((sum, part) => sum + part.byteLength, 0);
      kept.set(view, version, serialised, byteLength);
      return serialised;
    } finally {
      underWay.delete(snapshot);
    }
  };
}

/** Continues the object that serialiseSnapshot left open. */
function tailOf(volatile: Volatile): Buffer {
  return Buffer.from(`,${JSON.stringify(volatile).slice(1)}\n`, "utf8");
}
