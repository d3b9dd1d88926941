// A local GitHub whose clock stands still, with one repository and a plain client: for the tests of this folder.

import { onTestFinished } from "vitest";
import { startLocalGitHub } from "./local-github.ts";

export const START_MS = Date.parse("2026-11-25T12:00:00Z");

export type Reply<Data> = {
  readonly data?: Data;
  readonly errors?: readonly { readonly type?: string; readonly message: string; readonly path?: unknown }[];
};

/** Closed when the test ends. */
export async function openLocalGitHub() {
  let nowMs = START_MS;
  const github = await startLocalGitHub({ now: () => nowMs });
  onTestFinished(() => github.close());
  const ask = async <Data>(query: string, variables: object = {}, token = github.token) => {
    const answer = await fetch(`${github.url}/graphql`, {
      method: "POST",
      headers: { authorization: `bearer ${token}` },
      body: JSON.stringify({ query, variables }),
    });
    return { answer, status: answer.status, body: (await answer.json()) as Reply<Data> };
  };
  return {
    github,
    repository: github.repository("acme/app"),
    get: (path: string, headers: Readonly<Record<string, string>> = {}) =>
      fetch(github.url + path, { headers: { authorization: `token ${github.token}`, ...headers } }),
    ask,
    /** Fields of one pull request. Throws when any could not be answered. */
    askOf: async <Found>(fields: string, number = 1): Promise<Found> => {
      const { body } = await ask<{ repository: { pullRequest: Found } }>(
        inRepository(`pullRequest(number: ${number}) { ${fields} }`),
      );
      if (body.data === undefined || body.errors !== undefined) throw new Error(JSON.stringify(body.errors));
      return body.data.repository.pullRequest;
    },
    pass: (minutes: number) => {
      nowMs += minutes * 60_000;
    },
  };
}

export function inRepository(fields: string): string {
  return `{ repository(owner: "acme", name: "app") { ${fields} } }`;
}
