// The routes served by hono: all but the status page, its JSON, its stream and actions, which the listener serves
// directly for speed.

import { type Context, Hono } from "hono";
import { StoreError } from "../../ports/store/store-error.ts";
import { NEVER_STORED, textAnswer, toResponse } from "../http/answer.ts";
import { INTERNAL, NOT_FOUND, STORE_UNUSABLE } from "../http/problem-json.ts";
import type { Scrape } from "../metrics/metrics.ts";
import { createActivityRoute } from "../routes/activity.ts";
import { assetAnswer } from "../routes/assets.ts";
import { createDocsRoute } from "../routes/docs.ts";
import { livezAnswer, readyzAnswer } from "../routes/health.ts";
import { createOpenRoute, openedAnswer } from "../routes/open.ts";
import { pageHandler } from "../routes/request/page-request.ts";
import { problemPage } from "../routes/request/problem-page.ts";
import type { WebContext } from "../routes/request/web-context.ts";
import { createRunLogRoute, createRunRoute } from "../routes/run.ts";
import { schemaText } from "../routes/schemas.ts";
import { createSearchRoute } from "../routes/search.ts";
import { createTaskRoute } from "../routes/task.ts";
import { createMilestoneRoute, createWorkstreamRoute } from "../routes/workstream.ts";

/** Requests have passed the gate, so method, host and path are valid. */
export function createApp(context: WebContext, scrape: Scrape): Hono {
  const app = new Hono();
  const notFound = (c: Context) => toResponse(problemPage(context, NOT_FOUND, c.req.header("accept")));

  app.get("/", (c) => toResponse(redirectToStatus(new URL(c.req.url).search)));
  app.get("/livez", () => toResponse(livezAnswer()));
  app.get("/readyz", () => toResponse(readyzAnswer(context.live)));
  app.get("/metrics", async () => toResponse(textAnswer(await scrape())));
  app.get("/assets/:digest/:name", (c) => {
    const answer = assetAnswer(context.assets, c.req.path, c.req.header("accept-encoding"));
    return answer === null ? notFound(c) : toResponse(answer);
  });
  app.get("/schemas/:name", (c) => {
    const text = schemaText(c.req.param("name"));
    return text === null ? notFound(c) : toResponse(textAnswer({ type: SCHEMA_TYPE, text }));
  });

  const open = createOpenRoute(context);
  app.get("/open/:secret", async (c) => toResponse(await open(c.req.param("secret"), c.req.raw)));
  app.get("/opened", () => toResponse(openedAnswer()));

  const task = pageHandler(context, createTaskRoute(context));
  app.get("/tasks", task);
  app.get("/tasks/:slug", task);
  app.get("/tasks/:workstream/:slug", task);
  app.get("/docs/:path{.+}", pageHandler(context, createDocsRoute(context)));
  app.get("/runs/:id", pageHandler(context, createRunRoute(context)));
  app.get("/runs/:id/log", pageHandler(context, createRunLogRoute(context), { showsSnapshot: false }));
  const workstream = pageHandler(context, createWorkstreamRoute(context));
  app.get("/workstreams", workstream);
  app.get("/workstreams/:slug", workstream);
  const milestone = pageHandler(context, createMilestoneRoute(context));
  app.get("/milestones", milestone);
  app.get("/milestones/:slug", milestone);
  app.get("/activity", pageHandler(context, createActivityRoute(context)));
  app.get("/search", pageHandler(context, createSearchRoute()));

  app.notFound(notFound);
  app.onError((error, c) => {
    if (error instanceof StoreError)
      return toResponse(problemPage(context, STORE_UNUSABLE, c.req.header("accept")));
    context.log.error({ error, path: c.req.path }, "A request failed because of a bug.");
    return toResponse(problemPage(context, INTERNAL, c.req.header("accept")));
  });
  return app;
}

const SCHEMA_TYPE = "application/schema+json; charset=utf-8";

function redirectToStatus(search: string) {
  return { status: 302, headers: ["Location", `/status${search}`, ...NEVER_STORED], body: [] };
}
