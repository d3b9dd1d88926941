// GET /status/events: the checks before a stream is opened.

import type { Route } from "../http/listener.ts";
import { problemAnswer, type WebProblem } from "../http/problem-json.ts";
import type { EventStreams } from "./event-streams.ts";
import { STREAM_REFUSED, type StreamAccess } from "./stream-access.ts";

/** A page without a stream polls, so it need not retry soon. */
const RETRY_AFTER_S = 30;

const STREAMS_FULL: WebProblem = {
  code: "streams_full",
  status: 503,
  title: "Too many viewers",
  detail: "All event streams of this server are in use. The page polls for updates instead.",
  headers: ["Retry-After", String(RETRY_AFTER_S)],
};

/** HEAD gets GET's headers and opens no stream. */
export function createStreamRoute(streams: EventStreams, access: StreamAccess): Route {
  return async (request, response) => {
    if (!access.mayOpen(request.headers)) return problemAnswer(STREAM_REFUSED);
    if (streams.isFull) return problemAnswer(STREAMS_FULL);
    if (request.method === "HEAD") {
      return { status: 200, headers: ["Content-Type", "text/event-stream; charset=utf-8"], body: [] };
    }
    const lastEventId = request.headers["last-event-id"];
    streams.open(response, typeof lastEventId === "string" ? lastEventId : undefined);
    return null;
  };
}
