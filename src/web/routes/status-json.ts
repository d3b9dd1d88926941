// GET /status.json: the snapshot with its freshness, for programs. What a `seq` fixes is serialised once and shared by
// all answers; the attestation and the freshness of this moment are a small tail behind it.

import type { IncomingHttpHeaders } from "node:http";
import type { ServedSnapshot } from "../../core/snapshot/schema.ts";
import { type Answer, JSON_TYPE, notModified, tagMatches } from "../answer.ts";
import type { RequestPath } from "../listener/request-path.ts";
import { problemAnswer } from "../problem-json.ts";
import type { WebContext } from "../web-context.ts";
import { createOwnerSnapshots, ownerUnknown } from "./owner-snapshot.ts";
import { createMoments, loadNewest, snapshotHeaders, tagFor } from "./snapshot-answer.ts";
import { createSnapshotBytes } from "./snapshot-bytes.ts";
import { startingAnswer } from "./starting-answer.ts";
import { asksForPage } from "./task-page-query.ts";
import { createTaskPages } from "./task-pages.ts";

type Context = Pick<WebContext, "live" | "config" | "defaultOwner" | "assets" | "clock">;

type Volatile = Pick<ServedSnapshot, "observed_at" | "cycle" | "duration_ms" | "sources" | "freshness">;

const NO_PARAMETERS = new URLSearchParams();

/** The route, with the bytes it keeps. */
export function createStatusJson(context: Context) {
  const ownerSnapshot = createOwnerSnapshots(context.defaultOwner);
  const momentOf = createMoments();
  const bytes = createSnapshotBytes();
  const pages = createTaskPages(context, ownerSnapshot);
  return async (headers: IncomingHttpHeaders, { search }: RequestPath): Promise<Answer> => {
    const params = search === "" ? NO_PARAMETERS : new URLSearchParams(search);
    if (asksForPage(params)) return await pages(headers, params);
    const { view, freshness } = await loadNewest(context, headers);
    if (view === null) return startingAnswer(context, {});
    const owner = ownerSnapshot(view.snapshot, params.get("owner"));
    if (owner.kind === "unknown") return problemAnswer(ownerUnknown(owner));

    const { name, resolved_from: resolvedFrom } = owner.snapshot.owner;
    const moment = momentOf(view, freshness);
    const tag = tagFor(`json ${name} ${resolvedFrom} ${moment.version}`);
    const answerHeaders = snapshotHeaders(moment, freshness.age_ms, tag);
    if (tagMatches(headers["if-none-match"], tag)) return notModified(answerHeaders);
    const { observed_at, cycle, duration_ms, sources } = view.attestation;
    const tail = tailOf({ observed_at, cycle, duration_ms, sources, freshness });
    return {
      status: 200,
      headers: ["Content-Type", JSON_TYPE, ...answerHeaders],
      ...(await bytes(owner.snapshot, tail)),
    };
  };
}

/** Continues the object that the snapshot's bytes leave open. */
function tailOf(volatile: Volatile): Buffer {
  return Buffer.from(`,${JSON.stringify(volatile).slice(1)}\n`, "utf8");
}
