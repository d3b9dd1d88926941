// What `tasks prime` prints: the working rules and the state that matters, for an agent at the start of its session. It
// always fits into PRIME_BYTES_MAX, however many tasks there are and however long their names, and says what it left out.
// The same snapshot gives the same bytes: there are no ages and no clock times in it.

import type { Snapshot, TaskRow } from "../../core/contract/snapshot.ts";
import { terminalText } from "./terminal-text.ts";

/** Agents keep this in their context for a whole session: about 1,500 tokens. */
export const PRIME_BYTES_MAX = 6_000;

/** Longer titles and reasons are cut. */
const TEXT_BYTES_MAX = 120;
/** The same for paths and keys in a worker's text, which has no lists. In a list a key is never cut: commands need it. */
const PATH_BYTES_MAX = 400;
/** A line that is longer, because of its key, is only counted. */
const LINE_BYTES_MAX = 400;
/** The largest part of the text that one list may take, so that the lists after it have room. */
const LIST_BYTES_MAX = 1_000;

export type PrimeFacts = {
  readonly snapshot: Snapshot;
  /** The id of the run that the agent works for; null outside a run. */
  readonly runId: string | null;
};

/** The run that a worker's environment names, if it is one of this repository; a worker may look at another one. */
export function ownRunId(
  { TASKS_RUN: run, TASKS_REPO: repository }: Readonly<Record<string, string | undefined>>,
  root: string,
): string | null {
  return run === undefined || run === "" || (repository ?? root) !== root ? null : run;
}

/** Several lines, at most PRIME_BYTES_MAX bytes with the line feed at the end. */
export function primeText({ snapshot, runId }: PrimeFacts): string {
  if (runId === null) return joined(personsAgent(snapshot));
  const own = snapshot.tasks.find(({ run }) => run?.id === runId);
  return joined(own === undefined ? endedRun(runId) : worker(own));
}

const joined = (lines: readonly string[]): string => lines.map(terminalText).join("\n");

const RULES: readonly string[] = [
  "Tasks are Markdown files below tasks/. `tasks` shows and changes them; people watch the same state on a page.",
  "",
  "## How to work here",
  "",
  "- Look: `tasks list --group ready`, `tasks show <task>`, `tasks why <task>`. `--format json` is for programs.",
  "- Claim a task before you work on it: `tasks claim <task> --as <your name>`, or `tasks next --claim --as <your name>` for",
  "  the next one. A task that someone has claimed, or that a worker works on, is not yours.",
  '- Report: `tasks report --task <task> --progress "what you are doing"`, before anything that takes long.',
  '- Ask a person: `tasks ask --task <task> "Which region?" --choice eu --choice us --wait` prints the answer.',
  '- Finish: `tasks finish --task <task> --outcome done --note "what you did, how it was checked"`. Where something is in',
  "  your way, `--outcome blocked` says what. `tasks complete` is for a person, or for you where a person asks for it.",
  "- Tick check boxes in the task's file as you go. Change its keys with `tasks update <task> status=…` only, and write",
  "  new tasks with `tasks create`; `tasks validate` checks the files.",
  "- Answering, stopping, starting workers and trusting settings are decisions of a person. Do not make them.",
];

function personsAgent(snapshot: Snapshot): string[] {
  const { repository, owner, summary, dispatch } = snapshot;
  const paused = dispatch.pause === null ? [] : [`Starts are paused by ${cut(dispatch.pause.by)}.`];
  return [
    `# Tasks of ${cut(repository.name)}`,
    "",
    ...RULES,
    "",
    "## Now",
    "",
    [
      `${summary.text}`,
      ...paused,
      ...(owner.resolved_from === null ? [] : [`Tasks of ${cut(owner.name)}.`]),
    ].join(" "),
    ...LISTS.flatMap((list) => section(snapshot, list)),
  ];
}

type List = {
  readonly heading: string;
  readonly group: "needs_attention" | "active" | "in_review" | "ready";
  readonly line: (row: TaskRow) => string;
};

const LISTS: readonly List[] = [
  { heading: "Needs a person", group: "needs_attention", line: (row) => `${row.key}: ${cut(row.reason)}` },
  {
    heading: "In progress",
    group: "active",
    line: (row) => `${row.key}: ${cut(row.title)}${inParentheses(workerOf(row))}`,
  },
  { heading: "In review", group: "in_review", line: (row) => `${row.key}: ${cut(row.title)}` },
  {
    heading: "Ready, in the order of starts",
    group: "ready",
    line: (row) =>
      `${row.key}: ${cut(row.title)}${inParentheses([row.priority, row.owner].filter((fact) => fact !== null))}`,
  },
];

function workerOf({ run, owner }: TaskRow): string[] {
  const name = run?.worker_name ?? run?.queued_by ?? owner;
  return name === null || name === undefined ? [] : [cut(name)];
}

const inParentheses = (facts: readonly string[]): string =>
  facts.length === 0 ? "" : ` (${facts.join(", ")})`;

/** As many rows as fit into the list's share; then how many more there are, and how to see them. */
function section({ tasks, groups }: Snapshot, { heading, group, line }: List): string[] {
  const keys = groups[group];
  if (keys.length === 0) return [];
  const rows = new Map(tasks.map((row) => [row.key, row]));
  const lines: string[] = [];
  let bytes = 0;
  for (const key of keys) {
    const row = rows.get(key);
    const text = row === undefined ? "" : terminalText(`- ${line(row)}`);
    if (row === undefined || bytesOf(text) > LINE_BYTES_MAX) continue;
    bytes += bytesOf(text) + 1;
    if (bytes > LIST_BYTES_MAX) break;
    lines.push(text);
  }
  const left = keys.length - lines.length;
  const more = left === 0 ? [] : [`- ${left} more: \`tasks list --group ${group}\``];
  return ["", `### ${heading}`, "", ...lines, ...more];
}

/** The task's text is not here: the worker's prompt has it, and `tasks show` prints it. */
function worker(row: TaskRow): string[] {
  const { run } = row;
  const branch = run?.branch == null ? "" : ` on the branch ${path(run.branch)}`;
  const place = run?.worktree == null ? [] : [`You work in ${path(run.worktree)}${branch}. Stay there.`];
  const attempt = run === null ? "" : ` This is attempt ${run.attempt} of ${run.attempts_max}.`;
  return [
    `# You are the worker of ${path(row.key)}`,
    "",
    `The task is "${cut(row.title)}", in ${path(row.file)}.${attempt}`,
    ...place,
    ...questionLines(row),
    ...outcomeLines(row),
    "",
    "## How to work",
    "",
    "- `tasks show` with the name of your task prints its text. Do what it says, and check it.",
    "- Commit in your worktree, in self-contained steps; leave nothing uncommitted.",
    "- Tick check boxes in the worktree's copy of the file; leave the keys between its `---` lines alone.",
    "- Servers and other programs of yours use the ports from $TASKS_PORT_BASE on.",
    "",
    "## How to report",
    "",
    "`tasks` knows which run you are. People read what you report there.",
    "",
    '- `tasks report --progress "what you are doing"`: before anything that takes more than a few minutes.',
    '- `tasks report --waiting-on "CI 123" --until 14:20`: when you wait for something.',
    '- `tasks ask "Which region?" --choice eu --choice us`: when only a person can decide. End your turn then: you are',
    "  started again with the answer. With `--wait` it waits and prints the answer. With `--default eu --until 30m` you go on",
    "  with that when no one answers in time.",
    '- `tasks finish --outcome done --note "what you did, how it was checked"`: the last thing you do. `blocked` and `failed`',
    "  say what is in the way. A worker that ends without this has not finished.",
    "- Answering, stopping, starting workers and trusting settings are decisions of a person; `tasks` refuses them here.",
  ];
}

function questionLines({ run }: TaskRow): string[] {
  const question = run?.question;
  if (question == null) return [];
  if (question.answer === null) return [`You asked: "${cut(question.text)}". There is no answer yet.`];
  return [
    `You asked: "${cut(question.text)}". ${cut(question.answer.by)} answered: "${cut(question.answer.text)}".`,
  ];
}

function outcomeLines({ run }: TaskRow): string[] {
  return run?.outcome == null ? [] : [`You have said that it is ${run.outcome.kind}. End your turn.`];
}

function endedRun(runId: string): string[] {
  return [
    "# Your run is over",
    "",
    `The run ${cut(runId)} that this environment names is not open any more. Change nothing, and end your turn.`,
  ];
}

const path = (text: string): string => cut(text, PATH_BYTES_MAX);

/** One line of whole characters. A visible escape is longer than what it shows, so the text is cut after it is made. */
function cut(text: string, bytesMax = TEXT_BYTES_MAX): string {
  const shown = terminalText(text);
  if (bytesOf(shown) <= bytesMax) return shown;
  let kept = "";
  let bytes = bytesOf("…");
  for (const character of shown) {
    bytes += bytesOf(character);
    if (bytes > bytesMax) break;
    kept += character;
  }
  return `${kept}…`;
}

const encoder = new TextEncoder();
const bytesOf = (text: string): number => encoder.encode(text).length;
