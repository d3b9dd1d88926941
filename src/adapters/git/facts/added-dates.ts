// When each task file was added to the repository: the newest commit that did so, because a file that was deleted and
// written again is a new task. A file that was moved is as old as it was under its former name.

import type { RelativePath } from "../../../core/contract/task.ts";
import type { GitPlace } from "../command/git-command.ts";
import { readLog } from "./read-log.ts";

const OPTIONS = ["--name-status", "--find-renames", "--diff-filter=AR", "--diff-merges=off"];

type Wanted = {
  /** A commit's full hash. */
  readonly head: string;
  readonly files: readonly RelativePath[];
  readonly shallow: ReadonlySet<string>;
};

/** Files whose commit is not found have no date. Empty when git failed. */
export async function readAddedDates(
  place: GitPlace,
  { head, files, shallow }: Wanted,
): Promise<ReadonlyMap<RelativePath, number>> {
  const datesMs = new Map<RelativePath, number>();
  /** The name that a file has at this point of history, and the one it has today. */
  const names = new Map<string, RelativePath>(files.map((file) => [file, file]));
  /** `A`, path; or `R100`, old path, new path. */
  let fields: string[] = [];
  const take = (part: string, atMs: number | null) => {
    fields.push(part);
    const [status = "", path = "", newPath] = fields;
    const isComplete = fields.length === (status.startsWith("R") ? 3 : 2);
    if (!isComplete) return;
    fields = [];
    const file = names.get(newPath ?? path);
    if (file === undefined) return;
    names.delete(newPath ?? path);
    if (newPath !== undefined) names.set(path, file);
    else if (atMs !== null) datesMs.set(file, atMs);
  };
  if (files.length === 0) return datesMs;
  const isDone = () => names.size === 0;
  const log = await readLog(place, { head, options: OPTIONS, shallow, take, isDone });
  return log.ok ? datesMs : new Map();
}
