// What a seed decides: twenty tasks with what their workers do, and what goes wrong in the night.

import { HOUR_MS, MINUTE_MS } from "../../src/core/values/durations.ts";
import { type SeededRandom, seededRandom } from "./seeded-random.ts";
import type { Outage } from "./services.ts";

/** What a worker does next; it knows where it was from its worktree. */
export type Step =
  | { readonly kind: "work"; readonly ms: number; readonly input: number; readonly output: number }
  /** It ends its turn without having reported. */
  | { readonly kind: "prose" }
  /** `answerMs`: how long a person takes; null: no one answers in this night. */
  | {
      readonly kind: "ask";
      readonly text: string;
      readonly choices: readonly string[];
      readonly answerMs: number | null;
    }
  /** Its process ends with this exit code, through its own fault. */
  | { readonly kind: "crash"; readonly code: number };

export type PlannedTask = {
  readonly slug: string;
  readonly worker: "careful" | "quick" | "plain";
  readonly steps: readonly Step[];
};

/** The machine is off, or asleep, for that long. */
export type Interruption = {
  readonly kind: "reboot" | "sleep";
  readonly atMs: number;
  readonly forMs: number;
};

export type NightPlan = {
  readonly seed: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly tasks: readonly PlannedTask[];
  readonly outages: readonly Outage[];
  readonly interruptions: readonly Interruption[];
  /** When someone looks at the pages. */
  readonly looks: readonly number[];
};

/** 22:30 to 07:00, in UTC. */
const START_MS = Date.UTC(2026, 2, 24, 22, 30);
const NIGHT_MS = 8.5 * HOUR_MS;
const TASKS = 20;
const LOOKS = 20;

export function planNight(seed: number): NightPlan {
  const random = seededRandom(seed);
  const endMs = START_MS + NIGHT_MS;
  const tasks = Array.from({ length: TASKS }, (_, at) => planTask(random, at));
  return {
    seed,
    startMs: START_MS,
    endMs,
    tasks,
    outages: planOutages(random),
    interruptions: [{ kind: "reboot", atMs: instant(random), forMs: random.whole(1, 10) * MINUTE_MS }],
    looks: Array.from({ length: LOOKS }, () => instant(random)).sort((a, b) => a - b),
  };
}

/** Within the night, not at its very ends. */
function instant(random: SeededRandom): number {
  return START_MS + Math.round((0.02 + 0.93 * random.next()) * NIGHT_MS);
}

/** Early in the night, while there is work that meets them. */
function planOutages(random: SeededRandom): readonly Outage[] {
  const span = (minutes: number) => {
    const fromMs = START_MS + random.whole(5, 150) * MINUTE_MS;
    return { fromMs, toMs: fromMs + minutes * MINUTE_MS };
  };
  return [
    { kind: "limit", account: "team", ...span(random.whole(30, 120)) },
    { kind: "limit", account: "solo", ...span(random.whole(30, 120)) },
    { kind: "overloaded", account: "team", ...span(40) },
    { kind: "signed_out", account: "solo", ...span(random.whole(20, 60)) },
    { kind: "network", account: null, ...span(60) },
    { kind: "registry", account: null, ...span(random.whole(10, 40)) },
  ];
}

function planTask(random: SeededRandom, at: number): PlannedTask {
  const steps: Step[] = Array.from({ length: random.whole(3, 8) }, () => ({
    kind: "work",
    ms: random.whole(1, 8) * MINUTE_MS,
    input: random.whole(500, 20_000),
    output: random.whole(50, 2_000),
  }));
  if (at % 7 === 3) steps.splice(random.whole(1, steps.length), 0, { kind: "crash", code: 3 });
  if (at === 5) steps.push({ kind: "prose" });
  if (at === 8 || at === 14) steps.splice(1, 0, question(random, at === 14));
  const worker = random.pick<PlannedTask["worker"]>(["careful", "careful", "quick", "plain"]);
  return { slug: `task-${String(at + 1).padStart(2, "0")}`, worker, steps };
}

function question(random: SeededRandom, isAnswered: boolean): Step {
  const answerMs = isAnswered ? random.whole(1, 20) * MINUTE_MS : null;
  return { kind: "ask", text: "Which region?", choices: ["eu", "us"], answerMs };
}
