// GET /search?q=: finds tasks by slug, title, id, owner, milestone, workstream and description.

import { htmlAnswer } from "../http/answer.ts";
import { renderSearchPage } from "../pages/plain/search-page.ts";
import type { PageRoute } from "./request/page-request.ts";
import { SEARCH_MAX_CHARACTERS, searchTasks } from "./search-tasks.ts";

export function createSearchRoute(): PageRoute {
  return ({ frame, query }) => {
    const asked = (query.get("q") ?? "").slice(0, SEARCH_MAX_CHARACTERS);
    const { rows, total } = searchTasks(frame.snapshot.tasks, asked);
    return htmlAnswer(renderSearchPage({ ...frame, asked, rows, total }));
  };
}
