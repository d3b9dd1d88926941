// Takes out of a recording what differs from machine to machine.

import { SESSION_ID } from "./situation.ts";

type Places = {
  readonly home: string;
  readonly repo: string;
  readonly port: number;
  readonly words: ReadonlyMap<string, string>;
};

/** The same stream with words for its session, folders, port and ids. */
export function cleaned(text: string, { home, repo, port, words }: Places): string {
  const replacements = [
    [SESSION_ID, "SESSION"],
    ...words,
    [repo, "REPO"],
    [home, "HOME"],
    // Agents also write a path as one word, for the name of a folder.
    [repo.replaceAll(/[^A-Za-z0-9]/g, "-"), "REPO"],
    [`127.0.0.1:${port}`, "127.0.0.1:PORT"],
  ] as const;
  return replacements.reduce((cleanedText, [from, to]) => cleanedText.replaceAll(from, to), text);
}
