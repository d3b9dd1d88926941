// What page routes share: the request, and the answer before the first snapshot.

import type { IncomingHttpHeaders } from "node:http";
import type { SnapshotView } from "../../../app/server/live-snapshot.ts";
import type { Config } from "../../../config/schema.ts";
import type { Answer } from "../../http/answer.ts";
import type { Route } from "../../http/listener.ts";
import type { Frame } from "../../pages/frame/frame.ts";
import type { AgeLimits } from "../../pages/frame/freshness-bar.ts";
import { actingOn } from "../../pages/parts/action-form.ts";
import { pageNotify } from "./page-notify.ts";
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
  readonly headers: IncomingHttpHeaders;
};

export type PageRoute = (request: PageRequest) => Answer | Promise<Answer>;

/** The route of a page that needs a snapshot. `showsSnapshot: false`: do not wait for a new one. */
export function pageHandler(
  context: WebContext,
  route: PageRoute,
  { showsSnapshot = true }: { readonly showsSnapshot?: boolean } = {},
): Route {
  return async (request, _response, { raw, search, params }) => {
    const { headers } = request;
    const { view, freshness } = showsSnapshot ? await loadNewest(context, headers) : atOnce(context);
    if (view === null) return startingAnswer(context, headers);
    const { snapshot, attestation } = view;
    const query = new URLSearchParams(search);
    const permission = await context.guard.permissionOf(request);
    const back = withoutResult({ pathname: raw, search });
    const frame = {
      snapshot,
      attestation,
      freshness,
      assets: context.assets.urls,
      acting: actingOn(context.guard, permission, { back, id: context.actionLog.newId() }),
      notify: pageNotify(context, permission),
      note: permission === "looks" ? context.guard.lookNote : null,
      result: resultShown(context, query),
      limits: limitsOf(context.config),
    };
    const param = (name: string) => params[name] ?? query.get(name) ?? "";
    return await route({ view, frame, param, query, accept: headers.accept, headers });
  };
}

/** For pages whose script marks them late and stale. */
export function limitsOf({ freshness }: Config): AgeLimits {
  return { lateMs: freshness.late_s * 1000, staleMs: freshness.stale_s * 1000 };
}
