// GET /livez: the process responds. GET /readyz: there is a snapshot, or the progress of the first one. Both read only
// memory and start no cycle (H6).

import type { LiveSnapshot } from "../../app/server/live-snapshot.ts";
import { type Answer, JSON_TYPE, textAnswer } from "../http/answer.ts";

export function livezAnswer(): Answer {
  return textAnswer({ type: JSON_TYPE, text: '{"status":"ok"}\n' });
}

export function readyzAnswer(live: Pick<LiveSnapshot, "view" | "freshness">): Answer {
  if (live.view() !== null) return textAnswer({ type: JSON_TYPE, text: '{"status":"ok"}\n' });
  const { progress } = live.freshness();
  const body = progress === null ? { status: "starting" } : { status: "starting", progress };
  return textAnswer({ status: 503, type: JSON_TYPE, text: `${JSON.stringify(body)}\n` });
}
