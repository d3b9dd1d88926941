// The adapter of the port PullRequestHost for GitHub: what changed from REST, what is true from GraphQL.

import type { PullRequestHost } from "../../ports/git/pull-request-host.ts";
import type { Connection } from "./api/connection.ts";
import { createBatchSize } from "./ask-in-batches.ts";
import { readNews } from "./read-news.ts";
import { readPullRequests } from "./read-pull-requests.ts";

/** The host behind a connection. Never throws, and says nothing that holds the token. */
export function createGitHubHost(connection: Connection): PullRequestHost {
  const pieces = createBatchSize(connection.nowMs);
  return {
    repository: `${connection.owner}/${connection.name}`,
    readNews: (question) => readNews(connection, question),
    readPullRequests: ({ wanted, signal }) =>
      pieces.ask(wanted, (piece) => readPullRequests(connection, { wanted: piece, signal })),
  };
}
