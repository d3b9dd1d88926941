// A GitHub on this machine: a real HTTP server that stands in for api.github.com in tests, in the benchmark and in the
// demo. It answers GraphQL by GitHub's published schema, so that a query which GitHub would refuse is refused here too,
// and the REST lists of pull requests and workflow runs with their ETags; it counts budgets as GitHub does, and goes
// wrong to order.
//
//   const github = await startLocalGitHub();
//   const repository = github.repository("acme/app");           // state.ts: what happens to it
//   const pull = openPullRequest(repository, { branch: "tasks/a" });
//   completeCheck(pull, addCheck(pull, "test"), "failure");     // checks.ts: what checks it
//   github.fault({ kind: "server_error", status: 502 }, { times: 2, only: "graphql" });
//   ... a client asks `${github.url}/graphql` with `authorization: bearer ${github.token}` ...
//   github.requests                                             // what it asked, and what it cost
//
// records.ts is what there is, changed by state.ts and checks.ts; *-nodes.ts and query-root.ts show it to GraphQL, rest.ts
// to REST; faults.ts is what can go wrong, accounts.ts who may ask how much. A field of GitHub's that these files do not
// know is an error that says so, never null. The schema is built at the first GraphQL request of a process (schema.ts).

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Accounts, createAccounts } from "./accounts.ts";
import { createFaults, type Fault, type FaultScope } from "./faults.ts";
import { createListener, type RequestRecord } from "./http.ts";
import type { LocalRepository } from "./records.ts";
import { createRepository } from "./state.ts";
import type { World } from "./world.ts";

export type LocalGitHub = {
  /** Of its REST API, without a slash at the end; GraphQL is at `/graphql`. */
  readonly url: string;
  /** Known from the start, of the login "octocat". */
  readonly token: string;
  readonly accounts: Accounts;
  /** Every request so far, in the order they came in. */
  readonly requests: readonly RequestRecord[];
  /** The repository of that name; made when there is none. */
  repository(nameWithOwner: string): LocalRepository;
  /** Orders a fault; what it returns takes it back. */
  fault(fault: Fault, scope?: FaultScope): () => void;
  clearFaults(): void;
  /** Cuts what is open; safe to call twice. */
  close(): Promise<void>;
};

type LocalGitHubOptions = {
  /** Wall time; of this machine unless said. */
  readonly now?: () => number;
  /** Any free one unless said. */
  readonly port?: number;
};

const TOKEN = "ghp_localGitHubKnowsThisOne0000000000000";

/** Listens on 127.0.0.1. */
export async function startLocalGitHub({
  now = Date.now,
  port = 0,
}: LocalGitHubOptions = {}): Promise<LocalGitHub> {
  const world: World = { repositories: [], accounts: createAccounts(now), faults: createFaults(), now };
  world.accounts.allow(TOKEN);
  const requests: RequestRecord[] = [];
  const server = createServer(createListener(world, requests));
  await listen(server, port);
  let closing: Promise<void> | null = null;
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token: TOKEN,
    accounts: world.accounts,
    requests,
    repository: (nameWithOwner) => {
      const known = world.repositories.find((other) => other.nameWithOwner === nameWithOwner);
      if (known !== undefined) return known;
      const made = createRepository(world.repositories.length + 1, nameWithOwner, now);
      world.repositories.push(made);
      return made;
    },
    fault: (fault, scope) => world.faults.add(fault, scope),
    clearFaults: () => world.faults.clear(),
    close: () => {
      closing ??= close(server);
      return closing;
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve());
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
