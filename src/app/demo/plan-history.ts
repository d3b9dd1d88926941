// The demo's git history as a plan: which files go into which commit, by whom, how long ago. The plan is data that lies
// beside the example tree (history.yaml); ages are relative, so that the demo always looks as if it were today.

import { CORE_SCHEMA, load } from "js-yaml";
import * as z from "zod";
import { HOUR_MS } from "../../core/values/durations.ts";

export type Author = { readonly name: string; readonly email: string };

export type PlannedCommit = {
  readonly atMs: number;
  readonly author: Author;
  readonly subject: string;
  /** Relative to the repository. */
  readonly paths: readonly string[];
};

export type HistoryInput = {
  readonly history: History;
  /** Every file of the tree, relative to the repository. */
  readonly files: readonly string[];
  /** Names by the slug of a person's file. */
  readonly people: ReadonlyMap<string, string>;
  readonly nowMs: number;
};

const historySchema = z.strictObject({
  /** The day on which the dates in the example's files read as they are meant. */
  written_on: z.iso.date(),
  commits: z.array(
    z.strictObject({
      hours_ago: z.number().positive(),
      author: z.string(),
      subject: z.string(),
      /** `<workstream>/<slug>` of tasks. */
      files: z.array(z.string()),
    }),
  ),
});

export type History = z.infer<typeof historySchema>;

/** Throws for a misspelt key: the file is part of the program. */
export function parseHistory(text: string): History {
  return historySchema.parse(load(text, { schema: CORE_SCHEMA }));
}

/** Commits, oldest first; files that none of them names are in the first one. */
export function planHistory({ history, files, people, nowMs }: HistoryInput): readonly PlannedCommit[] {
  const entries = history.commits.toSorted((a, b) => b.hours_ago - a.hours_ago);
  const named = new Set(entries.flatMap((entry) => entry.files.map(taskPath)));
  const rest = files.filter((file) => !named.has(file));
  return entries.map(({ hours_ago: hoursAgo, author, subject, files: tasks }, at) => ({
    atMs: nowMs - hoursAgo * HOUR_MS,
    author: { name: people.get(author) ?? author, email: `${author}@example.com` },
    subject,
    paths: [...(at === 0 ? rest : []), ...tasks.map(taskPath)],
  }));
}

function taskPath(task: string): string {
  const [workstream, slug] = task.split("/");
  return `tasks/workstreams/${workstream}/tasks/${slug}.md`;
}
