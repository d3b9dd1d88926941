// The web server of one repository: a listener that checks every request, the routes, and the event stream. It renders
// what LiveSnapshot holds; it never collects, starts a process, or lists files (invariant 7).

import type { Server } from "node:http";
import { configuredWorkers } from "../../core/agent/workers/configured-workers.ts";
import type { Access } from "../access/access.ts";
import { createActingCookie } from "../access/acting-cookie.ts";
import { createActionGuard } from "../access/action-guard.ts";
import { allowedNames } from "../access/host-name.ts";
import { ActionLog } from "../actions/action-log.ts";
import { loadAssets } from "../assets/assets.ts";
import { createGate } from "../http/gate.ts";
import { type ListenOutcome, listen, type PortOptions } from "../http/listen.ts";
import { createListener, LISTENER_LIMITS, type ListenerLimits } from "../http/listener.ts";
import { EventStreams, STREAM_LIMITS, type StreamLimits } from "../live/event-streams.ts";
import { createStreamAccess } from "../live/stream-access.ts";
import { createStreamRoute } from "../live/stream-route.ts";
import { createScrape, type MetricsSources, WebMetrics } from "../metrics/metrics.ts";
import { costsToday } from "../routes/costs.ts";
import type { WebContext } from "../routes/request/web-context.ts";
import { createApp } from "./app.ts";
import { routeLabel } from "./route-table.ts";

export type ServerOptions = Omit<
  WebContext,
  "assets" | "metrics" | "guard" | "actingCookie" | "actionLog"
> & {
  readonly host: string;
  readonly port: PortOptions;
  /** From decideAccess(). */
  readonly access: Access;
  /** Called after each answer, so that memory can be released once it is quiet. */
  readonly onAnswered?: () => void;
  /** Defaults, except in tests. */
  readonly limits?: Partial<ListenerLimits & StreamLimits>;
};

export type StartedServer = {
  /** The address for a browser on this machine, without a path: `http://127.0.0.1:8005`. */
  readonly url: string;
  readonly listening: ListenOutcome;
  /** Finishes open requests, ends streams, frees the port; safe to call twice. */
  close(): Promise<void>;
};

/** Time for open requests when closing; the process has 5 s (R17). */
const CLOSE_GRACE_MS = 3000;

/** How often idle connections are closed while closing. */
const CLOSE_SWEEP_MS = 50;

/** Throws UserError `port_taken` or `address_refused`. */
export async function startServer(options: ServerOptions): Promise<StartedServer> {
  const canAct = options.actions !== null && options.runs !== null;
  const { access, clock, user } = options;
  const cookie = createActingCookie({ key: user.key, nowMs: clock.wallMs });
  const context: WebContext = {
    ...options,
    guard: createActionGuard({ access, canAct, clock, user, cookie }),
    actingCookie: cookie,
    actionLog: new ActionLog(clock),
    assets: loadAssets(),
    metrics: new WebMetrics(),
  };
  const streams = new EventStreams(context.live, { ...STREAM_LIMITS, ...options.limits });
  let closing: Promise<void> | null = null;
  let port = 0;

  const streamAccess = createStreamAccess(() => port);
  const app = createApp(context, {
    scrape: createScrape({ ...context, ...usageSources(context), viewers: () => streams.size }),
    stream: createStreamRoute(streams, streamAccess),
    streamCookie: streamAccess.cookie,
  });
  const server = createListener({
    gate: createGate({
      allowedNames: allowedNames(options.host, options.config.server.allowed_hosts),
      access: options.access,
    }),
    handle: app,
    onAnswered: (path, status) => {
      context.metrics.countRequest(routeLabel(path), status);
      options.onAnswered?.();
    },
    isClosing: () => closing !== null,
    limits: { ...LISTENER_LIMITS, ...options.limits },
    log: options.log,
  });
  const listening = await listen(server, options.host, options.port);
  // From here on errors such as running out of file descriptors drop connections, not the server.
  server.on("error", (error) =>
    options.log.error({ error }, "The web server could not accept a connection."),
  );
  port = listening.port;
  streams.start();
  return {
    url: urlOf(options.host, port),
    listening,
    close: () => {
      closing ??= closeServer(server, streams);
      return closing;
    },
  };
}

/** A wildcard address can be listened on but not called. */
function urlOf(host: string, port: number): string {
  const isWildcard = host === "0.0.0.0" || host === "::";
  const name = isWildcard ? "localhost" : host.includes(":") ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

async function closeServer(server: Server, streams: EventStreams): Promise<void> {
  streams.stop();
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const sweep = setInterval(() => server.closeIdleConnections(), CLOSE_SWEEP_MS);
  const giveUp = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
  await closed;
  clearInterval(sweep);
  clearTimeout(giveUp);
}

/** What runs used, for the metrics. */
function usageSources({
  runs,
  clock,
  config,
  workersNow = () => config,
}: WebContext): Partial<MetricsSources> {
  if (runs === null) return {};
  return {
    costs: () => costsToday(runs.store, clock.wallMs()),
    workers: () => configuredWorkers(workersNow()).all.map(({ name }) => name),
  };
}
