// Where pull requests are is loaded when somebody first asks: most commands never do.

import type { PullRequestHosts } from "../../ports/git/pull-request-host.ts";

export function lazyHosts(open: () => Promise<PullRequestHosts>): PullRequestHosts {
  let opened: Promise<PullRequestHosts> | null = null;
  return {
    find: async (signal) => {
      opened ??= open();
      return (await opened).find(signal);
    },
  };
}
