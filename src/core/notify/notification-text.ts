// The words of notifications. Without `content` they say only how many tasks wait: what a task, a question or a person is
// called stays on this machine.

import type { Group, TaskRow } from "../contract/snapshot.ts";
import { counted } from "../text/counted.ts";
import { shownOutput } from "../text/plain-output.ts";
import type { NeedNews } from "./needs.ts";

export type Words = { readonly title: string; readonly text: string };

export type Surroundings = {
  /** What the repository is called on the page. */
  readonly repository: string;
  /** As the page counts them. */
  readonly counts: Readonly<Record<Group, number>>;
  readonly content: boolean;
};

/** A phone shows less; a command gets no megabytes. */
const LINE_LENGTH_MAX = 200;
const DIGEST_NAMES_MAX = 5;

/** About one task. `row`: as it is now; null when it is gone. */
export function wordsOfNews({ kind, need }: NeedNews, around: Surroundings, row: TaskRow | null): Words {
  if (!around.content)
    return { title: kind === "needs_you" ? "A task needs you" : "No longer waiting", text: howMany(around) };
  const title = line(need.row.title);
  if (kind === "needs_you") return { title: line(`Needs you: ${title}`), text: line(need.row.reason) };
  return {
    title: line(`No longer waiting: ${title}`),
    text: line(row === null ? "The task is gone." : row.reason),
  };
}

/** Many at once. */
export function wordsOfBurst(news: readonly NeedNews[], around: Surroundings): Words {
  const [first] = news;
  const tasks = counted(news.length, "task");
  const title = first?.kind === "resolved" ? `${tasks} no longer waiting` : `${tasks} need you`;
  return {
    title,
    text: around.content
      ? withNames(
          howMany(around),
          news.map(({ need }) => need.row),
        )
      : howMany(around),
  };
}

/** `needing`: in the page's order. */
export function wordsOfDigest(around: Surroundings, needing: readonly TaskRow[]): Words {
  const { counts, repository } = around;
  const rest = [
    [counts.active, "active"],
    [counts.in_review, "in review"],
    [counts.ready, "ready"],
  ] as const;
  const also = rest.flatMap(([count, word]) => (count > 0 ? [`${count} ${word}`] : []));
  const text = also.length === 0 ? howMany(around) : `${howMany(around)} ${also.join(", ")}.`;
  return { title: `Digest of ${line(repository)}`, text: around.content ? withNames(text, needing) : text };
}

export function wordsOfTest(repository: string): Words {
  return { title: "A test from tasks", text: `Notifications of ${line(repository)} arrive here.` };
}

/** "2 tasks need you in APP." */
function howMany({ counts, repository }: Surroundings): string {
  const count = counts.needs_attention;
  const who = count === 0 ? "No task needs" : count === 1 ? "1 task needs" : `${counted(count, "task")} need`;
  return `${who} you in ${line(repository)}.`;
}

function withNames(text: string, rows: readonly TaskRow[]): string {
  const names = rows.slice(0, DIGEST_NAMES_MAX).map(({ title }) => `– ${line(title)}`);
  const more = rows.length - names.length;
  return [text, ...names, ...(more > 0 ? [`and ${more} more`] : [])].join("\n");
}

/** One line, without secrets and without characters that act. */
function line(text: string): string {
  const plain = shownOutput(text.replace(/\s+/g, " ").trim());
  return plain.length <= LINE_LENGTH_MAX ? plain : `${plain.slice(0, LINE_LENGTH_MAX - 1).toWellFormed()}…`;
}
