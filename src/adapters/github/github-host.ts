// The adapter of the port PullRequestHost for GitHub: REST says what changed, GraphQL the current facts.

import type { PullRequestHost } from "../../ports/git/pull-request-host.ts";
import type { Connection } from "./api/connection.ts";
import { createBatchSize } from "./ask-in-batches.ts";
import { readNews } from "./read-news.ts";
import { readPullRequests } from "./read-pull-requests.ts";

/** Never throws, and no message contains the token. */
export function createGitHubHost(connection: Connection): PullRequestHost {
  const batches = createBatchSize(connection.nowMs);
  return {
    repository: `${connection.owner}/${connection.name}`,
    readNews: (question) => readNews(connection, question),
    readPullRequests: ({ wanted, signal }) =>
      batches.ask(wanted, (batch) => readPullRequests(connection, { wanted: batch, signal })),
  };
}
