// When each task file was added to the repository: the newest commit that did so, because a file that was deleted and
// written again is a new task. A file that was moved is as old as it was under its former name.

import { StringDecoder } from "node:string_decoder";
import type { RelativePath } from "../../../core/contract/task.ts";
import { MINUTE_MS } from "../../../core/values/durations.ts";
import { type GitPlace, runGit } from "../command/git-command.ts";
import { LOG_FORMAT } from "./log-reader.ts";

/** A history of 100,000 commits takes git about 10 s, once: files whose date is known are not asked for again. */
const LOG_TIMEOUT_MS = MINUTE_MS;

const LOG_COMMAND = [
  "log",
  "-z",
  "--name-status",
  "--relative",
  "--find-renames",
  "--diff-filter=AR",
  "--no-ext-diff",
  "--no-textconv",
  "--no-show-signature",
  "--no-decorate",
  "--diff-merges=off",
  "--root",
  `--format=${LOG_FORMAT}`,
];

type Wanted = {
  /** A commit's full hash. */
  readonly head: string;
  readonly files: readonly RelativePath[];
  /** Commits whose parents are not here: they seem to add every file. */
  readonly shallow: ReadonlySet<string>;
  readonly signal: AbortSignal;
};

/** Files whose commit is not found have no date. Null when git failed. */
export async function readAddedDates(
  place: GitPlace,
  { head, files, shallow, signal }: Wanted,
): Promise<ReadonlyMap<RelativePath, number> | null> {
  if (files.length === 0) return new Map();
  const reader = createAddedReader(files, shallow);
  const log = await runGit(place, [...LOG_COMMAND, head, "--", "tasks"], {
    timeoutMs: LOG_TIMEOUT_MS,
    signal,
    onStdout: reader.read,
  });
  return log.ok ? reader.datesMs : null;
}

const COMMIT = /^commit ([0-9a-f]+) (\d+)$/;

/** Reads `git log -z --name-status` while it arrives: a head, then `A`, path, or `R100`, old path, new path. */
function createAddedReader(files: readonly RelativePath[], shallow: ReadonlySet<string>) {
  const datesMs = new Map<RelativePath, number>();
  /** The name that a file has at this point of history, and the one it has today. */
  const names = new Map<string, RelativePath>(files.map((file) => [file, file]));
  const decoder = new StringDecoder("utf8");
  let rest = "";
  let atMs: number | null = null;
  let status = "";
  let formerName: string | null = null;

  function takeAdded(path: string): void {
    const file = names.get(path);
    if (file === undefined) return;
    names.delete(path);
    if (atMs !== null) datesMs.set(file, atMs);
  }

  function takeRenamed(from: string, to: string): void {
    const file = names.get(to);
    if (file === undefined) return;
    names.delete(to);
    names.set(from, file);
  }

  function takeToken(token: string): void {
    const commit = COMMIT.exec(token);
    if (commit !== null) {
      atMs = shallow.has(commit[1] ?? "") ? null : Number(commit[2]) * 1000;
      status = "";
    } else if (status === "") {
      status = token.replace(/^\n/, "");
    } else if (status === "A") {
      takeAdded(token);
      status = "";
    } else if (formerName === null) {
      formerName = token;
    } else {
      takeRenamed(formerName, token);
      formerName = null;
      status = "";
    }
  }

  return {
    datesMs,
    read(chunk: Uint8Array): "more" | "stop" {
      const tokens = (rest + decoder.write(chunk)).split("\0");
      rest = tokens.pop() ?? "";
      for (const token of tokens) takeToken(token);
      return names.size === 0 ? "stop" : "more";
    },
  };
}
