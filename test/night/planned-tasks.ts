// The twenty tasks of a night, and what their workers do.

import { MINUTE_MS } from "../../src/core/values/durations.ts";
import type { SeededRandom } from "./seeded-random.ts";

/** What a worker does next; it knows where it was from its worktree. */
export type Step =
  | { readonly kind: "work"; readonly ms: number; readonly input: number; readonly output: number }
  /** It ends its turn without having reported. */
  | { readonly kind: "prose" }
  | AskStep
  | LoopStep
  | BurnStep
  /** Its process ends with this exit code, through its own fault. */
  | { readonly kind: "crash"; readonly code: number };

export type AskStep = {
  readonly kind: "ask";
  readonly text: string;
  readonly choices: readonly string[];
  /** How long a person takes; null: no one answers in this night. */
  readonly answerMs: number | null;
  /** What it continues with alone, and after how long. */
  readonly fallback: { readonly text: string; readonly afterMs: number } | null;
};

/** The same tool, input and result again and again, until it is stopped. `answerMs`: as of a question. */
export type LoopStep = { readonly kind: "loop"; readonly answerMs: number | null };

/** Many long answers; each changes its worktree. */
export type BurnStep = {
  readonly kind: "burn";
  readonly answers: number;
  readonly input: number;
  readonly output: number;
  /** How long after it was stopped a person raises its budget; null: no one does. */
  readonly raiseMs: number | null;
  /** It stops when it is asked to. */
  readonly obeys: boolean;
};

export type PlannedTask = {
  readonly slug: string;
  /** Until its model answers first; 2 s unless said. */
  readonly answersAfterMs?: number;
  readonly priority?: "p0" | "p1" | "p2" | "p3";
  readonly worker: "careful" | "quick" | "plain";
  readonly steps: readonly Step[];
};

const TASKS = 20;
const FALLBACK_MS = 30 * MINUTE_MS;

export function planTasks(random: SeededRandom): readonly PlannedTask[] {
  const specials = specialSteps(random);
  const places = shuffled(random, TASKS);
  return Array.from({ length: TASKS }, (_, at) => planTask(random, at, specials[places.indexOf(at)] ?? null));
}

/** One for each of some tasks. */
function specialSteps(random: SeededRandom): readonly Step[] {
  const minutes = () => random.whole(1, 20) * MINUTE_MS;
  const crash: Step = { kind: "crash", code: 3 };
  return [
    ...[crash, crash, crash],
    { kind: "prose" },
    ask(minutes(), null),
    ask(null, null),
    ask(null, { text: "eu", afterMs: FALLBACK_MS }),
    { kind: "loop", answerMs: minutes() },
    { kind: "loop", answerMs: null },
    burn(random, minutes()),
    burn(random, null),
  ];
}

function planTask(random: SeededRandom, at: number, special: Step | null): PlannedTask {
  const steps: Step[] = Array.from({ length: random.whole(3, 8) }, () => ({
    kind: "work",
    ms: random.whole(1, 8) * MINUTE_MS,
    input: random.whole(500, 15_000),
    output: random.whole(50, 1_500),
  }));
  if (special !== null)
    steps.splice(special.kind === "prose" ? steps.length : random.whole(1, steps.length), 0, special);
  const worker = random.pick<PlannedTask["worker"]>(["careful", "careful", "quick", "plain"]);
  return { slug: `task-${String(at + 1).padStart(2, "0")}`, worker, steps };
}

function ask(answerMs: number | null, fallback: AskStep["fallback"]): Step {
  return { kind: "ask", text: "Which region?", choices: ["eu", "us"], answerMs, fallback };
}

/** With its budget raised once it gets through. */
function burn(random: SeededRandom, raiseMs: number | null): Step {
  const size = { answers: 13, input: random.whole(35_000, 42_000), output: random.whole(1_000, 3_000) };
  return { kind: "burn", ...size, raiseMs, obeys: random.next() < 0.5 };
}

function shuffled(random: SeededRandom, count: number): readonly number[] {
  const order = Array.from({ length: count }, (_, at) => at);
  for (let at = count - 1; at > 0; at -= 1) {
    const other = random.whole(0, at);
    const kept = order[at] ?? 0;
    order[at] = order[other] ?? 0;
    order[other] = kept;
  }
  return order;
}
