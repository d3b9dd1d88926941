// What a run's agent does, in words: the only place where they are made, for pages and the command line.

import type { DoingView } from "../contract/agent-view.ts";
import type { RunView } from "../contract/run-view.ts";
import { counted } from "../text/counted.ts";
import { openQuestion } from "./open-question.ts";

export type WordPart =
  | { readonly as: "text"; readonly text: string }
  /** A command or a path. */
  | { readonly as: "code"; readonly text: string }
  /** What the agent says. */
  | { readonly as: "quote"; readonly text: string }
  /** A duration up to now, which pages keep current: "for 4 min". */
  | { readonly as: "for"; readonly since: string };

export type DoingWords = {
  readonly kind: DoingView["kind"];
  /** "working", "thinking", "asks". */
  readonly state: string;
  /** State and parts read as one: "thinking for 2 min"; else the state is a heading. */
  readonly isSentence: boolean;
  /** What follows the state, with the spaces between; empty if nothing more is known. */
  readonly parts: readonly WordPart[];
};

const STATES: Readonly<Record<DoingView["kind"], string>> = {
  starting: "starting",
  thinking: "thinking",
  tool: "working",
  retrying: "retrying",
  permission: "waits for permission",
  question: "asks",
  between_turns: "between turns",
};

/** "working", "`npm test` for 4 min · 3 of 7 steps"; null if it is not known, or something else matters more (it waits, is quiet). */
export function doingWords(run: DoingFacts): DoingWords | null {
  const verdict = run.progress?.verdict;
  if (verdict === "asking") return askingWords(run);
  return verdict === "working" ? saidWords(run) : null;
}

/** The same as its digest says, without a verdict: for a list that looks at no process. */
export function saidWords({ doing, plan }: Pick<RunView, "doing" | "plan">): DoingWords | null {
  if (doing === null) return null;
  const { kind } = doing;
  if (kind === "permission" || kind === "question") return askedWords(kind, doing.text);
  const hasSteps = plan !== null && kind !== "starting";
  const steps = hasSteps ? [text(` · ${plan.done} of ${counted(plan.total, "step")}`)] : [];
  const parts = [...activeWords(doing), ...steps];
  return { kind, state: STATES[kind], isSentence: kind !== "tool", parts };
}

type DoingFacts = Pick<RunView, "doing" | "plan" | "progress" | "question">;

/** What the store knows of the question comes first: the digest may be of a moment before. */
function askingWords(run: DoingFacts): DoingWords {
  const question = openQuestion(run);
  const kind = question?.about ?? (run.doing?.kind === "permission" ? "permission" : "question");
  return askedWords(kind, question?.text ?? run.doing?.text ?? null);
}

function askedWords(kind: "permission" | "question", asked: string | null): DoingWords {
  const parts: readonly WordPart[] = asked === null ? [] : [{ as: "quote", text: asked }];
  return { kind, state: STATES[kind], isSentence: false, parts };
}

function activeWords(doing: DoingView): readonly WordPart[] {
  const since: readonly WordPart[] = doing.since === null ? [] : [{ as: "for", since: doing.since }];
  if (doing.kind === "tool") return [...toolWords(doing), text(" "), ...since];
  if (doing.kind === "retrying") return [text(`(${shortened(doing.text ?? "")}) `), ...since];
  return since;
}

/** What precedes the input of a tool; a command needs no word. */
const TOOL_VERBS: Readonly<Record<string, string>> = {
  edit: "editing ",
  read: "reading ",
  search: "searching ",
  web: "fetching ",
  agent: "running agent ",
};

function toolWords({ text: input, tool, does, others }: DoingView): readonly WordPart[] {
  const verb = TOOL_VERBS[does ?? ""] ?? "";
  const more = others > 0 ? [text(` and ${others} more`)] : [];
  if (does === "plan") return [text("planning"), ...more];
  const named = does === "other" ? [tool, input].filter(Boolean).join(" ") : input || tool;
  return [text(verb), { as: "code", text: shortened(named ?? "") }, ...more];
}

/** Short enough that the duration behind it stays visible in a row. */
const INPUT_SHOWN = 60;

function shortened(input: string): string {
  const characters = [...input];
  return characters.length <= INPUT_SHOWN ? input : `${characters.slice(0, INPUT_SHOWN - 1).join("")}…`;
}

function text(words: string): WordPart {
  return { as: "text", text: words };
}
