// GET /livez: the process answers. GET /readyz: there is a snapshot to show, or how far the first one is. Neither looks at anything but memory, and
// neither asks for a cycle (H6).

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
