// Reads `git log -z --name-only` while it arrives. The stream is NUL-separated: for each commit a head of our own
// format, then its paths, the first one after a line feed. Every path starts with `tasks/`, so heads cannot be mistaken.

import { StringDecoder } from "node:string_decoder";
import type { RelativePath } from "../../../core/contract/task.ts";

/** The commit and its committer time in seconds. */
export const LOG_FORMAT = "commit %H %ct";

const HEAD = /^commit ([0-9a-f]+) (\d+)$/;

export type LogReader = {
  /** `stop` once every wanted file has its date. */
  readonly read: (chunk: Uint8Array) => "more" | "stop";
  /** Newest commit first, so the first date of a file is the one that stays. */
  readonly datesMs: ReadonlyMap<RelativePath, number>;
};

/** `skipped` commits date nothing. */
export function createLogReader(options: {
  readonly wanted: ReadonlySet<RelativePath>;
  readonly skipped: ReadonlySet<string>;
}): LogReader {
  const { wanted, skipped } = options;
  const datesMs = new Map<RelativePath, number>();
  const seen = new Set<RelativePath>();
  const decoder = new StringDecoder("utf8");
  let rest = "";
  let atMs: number | null = null;

  function readToken(token: string): void {
    const head = HEAD.exec(token);
    if (head !== null) {
      atMs = skipped.has(head[1] ?? "") ? null : Number(head[2]) * 1000;
      return;
    }
    const path = token.replace(/^\n/, "") as RelativePath;
    if (!wanted.has(path) || seen.has(path)) return;
    seen.add(path);
    if (atMs !== null) datesMs.set(path, atMs);
  }

  return {
    datesMs,
    read(chunk) {
      const tokens = (rest + decoder.write(chunk)).split("\0");
      rest = tokens.pop() ?? "";
      for (const token of tokens) readToken(token);
      return seen.size === wanted.size ? "stop" : "more";
    },
  };
}
