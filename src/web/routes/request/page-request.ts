// What page routes share: the request, and the answer before the first snapshot.

import type { IncomingMessage } from "node:http";
import type { Context } from "hono";
import type { SnapshotView } from "../../../app/server/live-snapshot.ts";
import type { Config } from "../../../config/schema.ts";
import type { ViewedRequest } from "../../access/viewer.ts";
import { type Answer, toResponse } from "../../http/answer.ts";
import type { Frame } from "../../pages/frame/frame.ts";
import type { AgeLimits } from "../../pages/frame/freshness-bar.ts";
import { actingOn } from "../../pages/parts/action-form.ts";
import { resultShown, withoutResult } from "./result-shown.ts";
import { atOnce, loadNewest } from "./snapshot-answer.ts";
import { startingAnswer } from "./starting-answer.ts";
import type { WebContext } from "./web-context.ts";

type PageRequest = {
  readonly view: SnapshotView;
  /** What every page is rendered from. */
  readonly frame: Frame;
  /** Decoded. From the query if it is not in the path, for names not allowed in paths. */
  readonly param: (name: string) => string;
  readonly query: URLSearchParams;
  readonly accept: string | undefined;
};

export type PageRoute = (request: PageRequest) => Answer | Promise<Answer>;

/** A hono handler for a page that needs a snapshot. `showsSnapshot: false`: do not wait for a new one. */
export function pageHandler(
  context: WebContext,
  route: PageRoute,
  { showsSnapshot = true }: { readonly showsSnapshot?: boolean } = {},
): (c: Context) => Promise<Response> {
  return async (c) => {
    const accept = c.req.header("accept");
    const { view, freshness } = showsSnapshot ? await loadNewest(context, c.req.header()) : atOnce(context);
    if (view === null) return toResponse(startingAnswer(context, accept === undefined ? {} : { accept }));
    const { snapshot, attestation } = view;
    const url = new URL(c.req.url);
    const query = url.searchParams;
    const standing = await context.guard.permissionOf(viewedRequest(c));
    const frame = {
      snapshot,
      attestation,
      freshness,
      assets: context.assets.urls,
      acting: actingOn(context.guard, standing, {
        back: withoutResult(url),
        id: context.actionLog.newId(),
      }),
      note: standing === "looks" ? context.guard.lookNote : null,
      result: resultShown(context, query),
      limits: limitsOf(context.config),
    };
    return toResponse(
      await route({
        view,
        frame,
        param: (name) => c.req.param(name) ?? query.get(name) ?? "",
        query,
        accept,
      }),
    );
  };
}

/** For pages whose script marks them late and stale. */
export function limitsOf({ freshness }: Config): AgeLimits {
  return { lateMs: freshness.late_s * 1000, staleMs: freshness.stale_s * 1000 };
}

/** The node request behind hono's, for its connection. Tests call hono without a server. */
function viewedRequest(c: Context): ViewedRequest {
  const { incoming } = (c.env ?? {}) as { readonly incoming?: IncomingMessage };
  return incoming ?? { headers: { host: c.req.header("host"), cookie: c.req.header("cookie") }, socket: {} };
}
