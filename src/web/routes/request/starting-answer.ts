// The 503 before the first snapshot, with the progress for people (H5).

import type { IncomingHttpHeaders } from "node:http";
import { describeProgress } from "../../../core/contract/cycle-progress.ts";
import type { Freshness } from "../../../core/contract/snapshot.ts";
import { type Answer, HTML_TYPE, NEVER_STORED, textAnswer } from "../../http/answer.ts";
import { prefersHtml, problemAnswer, type WebProblem } from "../../http/problem-json.ts";
import { renderStartingPage } from "../../pages/plain/starting-page.ts";
import { stateHeader } from "./snapshot-answer.ts";
import type { WebContext } from "./web-context.ts";

/** The first update takes a second or two. */
const RETRY_AFTER_S = 2;

const STARTING: WebProblem = {
  code: "starting",
  status: 503,
  title: "No snapshot yet",
  detail: "The first update of this repository is running. Try again in a moment.",
};

/** The progress of a long first update. */
function detailOf({ progress }: Freshness): Partial<WebProblem> {
  if (progress === null) return {};
  return {
    detail: `The first update of this repository is ${describeProgress(progress)}. Try again in a moment.`,
  };
}

/** A page for browsers; /status.json passes no Accept, so it always gets JSON. */
export function startingAnswer(
  { live, assets }: Pick<WebContext, "live" | "assets">,
  { accept }: Pick<IncomingHttpHeaders, "accept">,
): Answer {
  const freshness = live.freshness();
  const headers = ["Retry-After", String(RETRY_AFTER_S), ...stateHeader(freshness)];
  if (!prefersHtml(accept)) return problemAnswer({ ...STARTING, ...detailOf(freshness), headers });
  const text = renderStartingPage({ freshness, assets: assets.urls });
  return textAnswer({ status: 503, type: HTML_TYPE, text, headers: [...NEVER_STORED, ...headers] });
}
