// The prompt of a worker: the repository's template, else the built-in one, with the facts of its run. Messages since the
// last attempt are always in it.

import { type Refusal, refusal } from "../contract/refusal.ts";
import type { Attempt, FollowUp, Question } from "../contract/run.ts";
import { describeEnd } from "../run/attempt-end.ts";
import { BUILT_IN_PROMPT } from "./built-in-prompt.ts";
import { fillPlaceholders, meantPlaceholder, placeholdersIn } from "./placeholders.ts";

/** In the order of the docs. */
export const PROMPT_PLACEHOLDERS = [
  "title",
  "slug",
  "task_file",
  "task_text",
  "worktree",
  "branch",
  "attempt",
  "follow_ups",
  "answer",
  "last_attempt",
] as const;
type PromptPlaceholder = (typeof PROMPT_PLACEHOLDERS)[number];

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
};

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
  return {
    title: facts.title,
    slug: facts.slug,
    task_file: facts.taskFile,
    task_text: taskText(facts),
    worktree: facts.worktree,
    branch: facts.branch,
    attempt: String(facts.attempt),
    follow_ups: followUps(facts.followUps),
    answer: answer(facts.question),
    last_attempt: lastAttempt(facts),
  };
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

function followUps(list: readonly FollowUp[]): string {
  if (list.length === 0) return "";
  const messages = list.map(({ by, text }) => `${by} says:\n\n${text.trim()}\n\n`);
  return `# First: messages since your last attempt\n\n${messages.join("")}`;
}

function answer(question: Question | null): string {
  if (question?.answer == null || question.answer.delivered) return "";
  const { text, answer: given } = question;
  return `# The answer to your question\n\nYou asked: ${text.trim()}\n\n${given.by} answers: ${given.text.trim()}\n\n`;
}

function lastAttempt({ lastAttempt: last, attempt }: PromptFacts): string {
  if (last === null) return "";
  return `# You continue\n\nThis is attempt ${attempt}. Attempt ${last.number} came before, and its worker ${describeEnd(last.end)}. What it left is in the worktree: look at \`git status\` and \`git log\` first, and build on it.\n\n`;
}
