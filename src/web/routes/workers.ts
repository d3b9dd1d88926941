// GET /workers: the configured workers, and what each kind can do.

import { defaultWorker } from "../../core/agent/workers/choose-worker.ts";
import { configuredWorkers } from "../../core/agent/workers/configured-workers.ts";
import { htmlAnswer } from "../http/answer.ts";
import { renderWorkersPage } from "../pages/plain/workers-page.ts";
import type { PageRoute } from "./request/page-request.ts";
import type { WebContext } from "./request/web-context.ts";

export function createWorkersRoute({ config, workersNow = () => config }: WebContext): PageRoute {
  return ({ frame }) => {
    const now = workersNow();
    const chosen = defaultWorker(now);
    const defaultName = chosen.kind === "refused" ? null : chosen.name;
    return htmlAnswer(renderWorkersPage({ ...frame, workers: configuredWorkers(now).all, defaultName }));
  };
}
