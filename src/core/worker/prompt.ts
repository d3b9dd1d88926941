// The prompt of a worker: the repository's template, else the built-in one, with the facts of its run. Messages since the
// last attempt are always in it.

import { type Refusal, refusal } from "../contract/refusal.ts";
import type { Attempt, FollowUp, Question } from "../contract/run.ts";
import { describeAttempt } from "../run/attempt-end.ts";
import { answerWords } from "../run/held/decide-alone.ts";
import { fillPlaceholders, meantPlaceholder, placeholdersIn } from "./placeholders.ts";

export type PromptFacts = {
  readonly title: string;
  readonly slug: string;
  /** Relative to the repository. */
  readonly taskFile: string;
  /** As it is in the root now. */
  readonly taskText: string;
  /** The root's file differs from the last commit: the worktree has an older one, or none. */
  readonly uncommitted: boolean;
  /** Absolute. */
  readonly worktree: string;
  readonly branch: string;
  /** 1 for the first. */
  readonly attempt: number;
  readonly followUps: readonly FollowUp[];
  /** In the prompt if its answer has not been delivered yet. */
  readonly question: Question | null;
  /** The one before; null for the first. */
  readonly lastAttempt: Attempt | null;
  /** What another worker left (hand-over-note.ts); follows `lastAttempt`. */
  readonly handOverNote?: string;
};

/** What each placeholder becomes, in the order of the docs. */
const VALUES = {
  title: ({ title }) => title,
  slug: ({ slug }) => slug,
  task_file: ({ taskFile }) => taskFile,
  task_text: taskText,
  worktree: ({ worktree }) => worktree,
  branch: ({ branch }) => branch,
  attempt: ({ attempt }) => String(attempt),
  follow_ups: followUps,
  answer,
  last_attempt: lastAttempt,
} as const satisfies Readonly<Record<string, (facts: PromptFacts) => string>>;

type PromptPlaceholder = keyof typeof VALUES;
export const PROMPT_PLACEHOLDERS = Object.keys(VALUES) as readonly PromptPlaceholder[];

export type RenderedPrompt = { readonly kind: "rendered"; readonly text: string } | Refusal;

/** `template` is the text of the repository's own; null for the built-in one. */
export function renderPrompt(template: string | null, facts: PromptFacts): RenderedPrompt {
  const problem = template === null ? null : findTemplateProblem(template);
  if (problem !== null) return problem;
  const values = valuesOf(facts);
  const used = new Set(placeholdersIn(template ?? BUILT_IN_PROMPT));
  // A template without these placeholders must not lose the messages.
  const missing = MESSAGES.filter((name) => !used.has(name)).map((name) => values[name]);
  const text = fillPlaceholders(template ?? BUILT_IN_PROMPT, values);
  return { kind: "rendered", text: missing.join("") + text };
}

/** A slip in a template's placeholder; other words in braces are text. Null when there is none. */
export function findTemplateProblem(template: string): Refusal | null {
  const known: readonly string[] = PROMPT_PLACEHOLDERS;
  for (const name of placeholdersIn(template)) {
    const meant = known.includes(name) ? "" : meantPlaceholder(name, known);
    if (meant === "") continue;
    return refusal(
      `The prompt template has the placeholder {${name}}, which does not exist.`,
      `${meant}For braces that stay, write {{${name}}}.`,
    );
  }
  return null;
}

const MESSAGES = ["follow_ups", "answer", "last_attempt"] as const;

function valuesOf(facts: PromptFacts): Readonly<Record<PromptPlaceholder, string>> {
  const values = PROMPT_PLACEHOLDERS.map((name) => [name, VALUES[name](facts)]);
  return Object.fromEntries(values) as Record<PromptPlaceholder, string>;
}

/** In a fence longer than any inside, so that it is plain where the task ends. */
function taskText({ taskText: text, taskFile, uncommitted }: PromptFacts): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  const note = uncommitted
    ? `This text is not committed yet: the copy of ${taskFile} in the worktree is older, or missing. Use this text:\n\n`
    : "";
  return `${note}${fence}markdown\n${text.trimEnd()}\n${fence}`;
}

function followUps({ followUps: list }: PromptFacts): string {
  if (list.length === 0) return "";
  const messages = list.map(({ by, text }) => `${by} says:\n\n${text.trim()}\n\n`);
  return `# First: messages since your last attempt\n\n${messages.join("")}`;
}

function answer({ question }: PromptFacts): string {
  if (question?.answer == null || question.answer.delivered) return "";
  return `# The answer to your question\n\n${answerWords(question, question.answer)}\n\n`;
}

function lastAttempt({ lastAttempt: last, attempt, handOverNote = "" }: PromptFacts): string {
  if (last === null) return handOverNote;
  const before = last.number === attempt ? "Another start of it" : `Attempt ${last.number}`;
  return `# You continue\n\nThis is attempt ${attempt}. ${before} came before, and its worker ${describeAttempt(last)}. What it left is in the worktree: look at \`git status\` and \`git log\` first, and build on it.\n\n${handOverNote}`;
}

/** The template for repositories without their own. It teaches everything a worker needs to know about `tasks`. */
export const BUILT_IN_PROMPT = `{follow_ups}{answer}{last_attempt}# Task: {title}

You work on the task \`{slug}\`, alone and unattended, in the git worktree {worktree} on the branch \`{branch}\`.

{task_text}

## How to work

- Stay in this worktree and on this branch. Commit there, in self-contained steps; leave nothing uncommitted.
- Do what the task says, and check it: its tests, its exit criteria, what a user would notice.
- In the worktree's copy of {task_file}, tick check boxes and write down progress as you go; leave the keys between
  the \`---\` lines at its top alone. If one of them is wrong (an owner, a dependency, a title), say which, and what it should
  be, in the note of \`tasks finish\`; if you cannot continue without it, \`tasks ask\`.
- Servers and other programs of yours use the ports from $TASKS_PORT_BASE on: they belong to you alone.

## How to report

The program \`tasks\` is on your PATH and knows which run you are. People read what you report there, not your output.

- \`tasks report --progress "what you are doing"\`: now and then, and before anything that takes more than a few minutes.
- \`tasks report --waiting-on "CI 123" --until 14:20\`: when you wait for something, so that your silence is understood.
- \`tasks ask "Which region?" --choice eu --choice us --wait\`: when only a person can decide. It prints the answer. Without
  \`--wait\` you may end yourself, and are started again with the answer. \`--default eu --until 30m\`: you go on with that when
  no one answers in time, and people see that you decided alone.
- \`tasks finish --outcome done --note "what you did, and how it was checked"\`: the last thing you do. Where something is in
  your way that you cannot remove, it is \`--outcome blocked\` with what it is; where the task cannot be done, \`--outcome
  failed\` with why. A worker that ends without this has not finished.
`;
