// Finds the route of each request that has passed the gate, and turns errors into answers.

import { StoreError } from "../../ports/store/store-error.ts";
import type { RequestPath } from "../addresses/request-path.ts";
import { type Answer, NEVER_STORED, textAnswer } from "../http/answer.ts";
import type { Handler, Route } from "../http/listener.ts";
import { INTERNAL, NOT_FOUND, STORE_UNUSABLE } from "../http/problem-json.ts";
import type { Scrape } from "../metrics/metrics.ts";
import { createActionRoute } from "../routes/actions/action-route.ts";
import { createActivityRoute } from "../routes/activity.ts";
import { createCostsRoute } from "../routes/costs.ts";
import { createDocsRoute } from "../routes/docs.ts";
import { assetAnswer, livezAnswer, readyzAnswer, schemaText } from "../routes/from-memory.ts";
import { createLaneRoute } from "../routes/lane.ts";
import { createNightRoute, createNightSeen } from "../routes/night.ts";
import { createNotificationsJson, createNotificationsRoute } from "../routes/notifications.ts";
import { createOpenRoute, openedAnswer } from "../routes/open.ts";
import { pageHandler } from "../routes/request/page-request.ts";
import { problemPage } from "../routes/request/problem-page.ts";
import type { WebContext } from "../routes/request/web-context.ts";
import { createRunLogRoute, createRunRoute } from "../routes/run.ts";
import { createRunsRoute } from "../routes/runs.ts";
import { createSearchRoute } from "../routes/search.ts";
import { createStatusPage } from "../routes/status/status-route.ts";
import { createStatusJson } from "../routes/status-json/status-json.ts";
import { createTaskRoute } from "../routes/task.ts";
import { createWorkersRoute } from "../routes/workers.ts";
import { matchRoute, type RoutePattern } from "./route-table.ts";

export type AppOptions = {
  readonly scrape: Scrape;
  readonly stream: Route;
  /** Lets a page open the stream. */
  readonly streamCookie: () => string;
};

export function createApp(context: WebContext, options: AppOptions): Handler<RequestPath | null> {
  const routes = routesOf(context, options);
  return async (request, response, path) => {
    const { accept } = request.headers;
    const found = path === null ? null : matchRoute(path.raw);
    if (path === null || found === null) return problemPage(context, NOT_FOUND, accept);
    try {
      return await routes[found.pattern](request, response, { ...path, params: found.params });
    } catch (error) {
      if (error instanceof StoreError) return problemPage(context, STORE_UNUSABLE, accept);
      context.log.error({ error, path: path.raw }, "A request failed because of a bug.");
      return problemPage(context, INTERNAL, accept);
    }
  };
}

function routesOf(context: WebContext, options: AppOptions): Readonly<Record<RoutePattern, Route>> {
  const status = createStatusPage(context, options);
  const json = createStatusJson(context);
  const task = pageHandler(context, createTaskRoute(context));
  const workstream = pageHandler(context, createLaneRoute(context, "workstream"));
  const milestone = pageHandler(context, createLaneRoute(context, "milestone"));
  return {
    "/": (_request, _response, { search }) => redirectToStatus(search),
    "/status": (request, _response, path) => status(request, path),
    "/status.json": ({ headers }, _response, path) => json(headers, path),
    "/status/events": options.stream,
    "/tasks": task,
    "/tasks/:slug": task,
    "/tasks/:workstream/:slug": task,
    "/runs": pageHandler(context, createRunsRoute(context)),
    "/runs/:id": pageHandler(context, createRunRoute(context)),
    "/runs/:id/log": pageHandler(context, createRunLogRoute(context), { showsSnapshot: false }),
    "/actions/:name": createActionRoute(context),
    "/open/:secret": createOpenRoute(context),
    "/opened": openedAnswer,
    "/docs/:path": pageHandler(context, createDocsRoute(context)),
    "/workstreams": workstream,
    "/workstreams/:slug": workstream,
    "/milestones": milestone,
    "/milestones/:slug": milestone,
    "/activity": pageHandler(context, createActivityRoute(context)),
    "/workers": pageHandler(context, createWorkersRoute(context)),
    "/notifications": pageHandler(context, createNotificationsRoute(context)),
    "/notifications.json": createNotificationsJson(context),
    "/costs": pageHandler(context, createCostsRoute(context, "page")),
    "/costs.json": pageHandler(context, createCostsRoute(context, "json"), { showsSnapshot: false }),
    "/night": pageHandler(context, createNightRoute(context, "page")),
    "/night.json": pageHandler(context, createNightRoute(context, "json"), { showsSnapshot: false }),
    "/night/seen": createNightSeen(context),
    "/search": pageHandler(context, createSearchRoute()),
    "/schemas/:name": ({ headers }, _response, { params }) => {
      const text = schemaText(params["name"] ?? "");
      return text === null
        ? problemPage(context, NOT_FOUND, headers.accept)
        : textAnswer({ type: "application/schema+json; charset=utf-8", text });
    },
    "/assets/:digest/:name": ({ headers }, _response, { raw }) =>
      assetAnswer(context.assets, raw, headers["accept-encoding"]?.toString()) ??
      problemPage(context, NOT_FOUND, headers.accept),
    "/livez": livezAnswer,
    "/readyz": () => readyzAnswer(context.live),
    "/metrics": async () => textAnswer(await options.scrape()),
  };
}

function redirectToStatus(search: string): Answer {
  return { status: 302, headers: ["Location", `/status${search}`, ...NEVER_STORED], body: [] };
}
