// Reads `git log` of the task files while it arrives, and ends it as soon as enough is known. The stream is NUL-separated:
// for each commit a line of our format, then its files, the first one after a line feed. Every path starts with `tasks/`,
// so it cannot be mistaken for a commit.

import { StringDecoder } from "node:string_decoder";
import type { CommandResult } from "../../../ports/system/run-command.ts";
import { type GitPlace, runGit } from "../command/git-command.ts";

const OPTIONS = [
  "-z",
  "--relative",
  "--no-ext-diff",
  "--no-textconv",
  "--no-show-signature",
  "--no-decorate",
  "--root",
  // The commit and its committer time in seconds.
  "--format=commit %H %ct",
];
const COMMIT = /^commit ([0-9a-f]+) (\d+)$/;

export type LogQuery = {
  readonly head: string;
  readonly options: readonly string[];
  /** Commits whose parents are not here seem to change every file: they have no date. */
  readonly shallow: ReadonlySet<string>;
  /** Gets each part of a commit's list, newest commit first. */
  readonly take: (part: string, atMs: number | null) => void;
  readonly isDone: () => boolean;
};

export async function readLog(
  place: GitPlace,
  { head, options, shallow, take, isDone }: LogQuery,
): Promise<CommandResult> {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  let atMs: number | null = null;
  return await runGit(place, ["log", ...OPTIONS, ...options, head, "--", "tasks"], {
    onStdout(chunk) {
      const parts = (rest + decoder.write(chunk)).split("\0");
      rest = parts.pop() ?? "";
      for (const part of parts) {
        const [, hash, seconds] = COMMIT.exec(part) ?? [];
        if (hash === undefined) take(part.replace(/^\n/, ""), atMs);
        else atMs = shallow.has(hash) ? null : Number(seconds) * 1000;
      }
      return isDone() ? "stop" : "more";
    },
  });
}
