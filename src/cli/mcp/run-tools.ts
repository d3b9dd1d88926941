// `report`, `ask` and `finish`: what is said of the work on a task.

import * as z from "zod";
import type { StatementResult } from "../../app/runs/worker/own-run.ts";
import {
  askPerson,
  finishRun,
  reportProgress,
  type StatusReport,
} from "../../app/runs/worker/worker-reports.ts";
import { isoTime } from "../../core/text/iso-time.ts";
import { HOUR_MS } from "../../core/values/durations.ts";
import { accepted, usage } from "../contract/errors.ts";
import { parseFallback } from "../contract/parse-fallback.ts";
import { parseUntil } from "../contract/parse-until.ts";
import { awaitRunner } from "../repository/await-runner.ts";
import { type OpenedStore, withStore } from "../repository/open-runs.ts";
import { speaking } from "../repository/own-run.ts";
import { spokenFor } from "./caller.ts";
import { type ToolCall, tool } from "./tool.ts";

/** For a wait without a time, as `tasks report` has it. */
const DEFAULT_WAIT_MS = HOUR_MS;
const CHOICES_MAX = 20;

const task = z.string().max(300).optional().describe("the task you claimed; a worker leaves it out");
const text = () => z.string().max(20_000);

export const reportTool = tool({
  name: "report",
  description: "Says how far you are, or what you wait for. It is shown at once; write one line.",
  input: z.strictObject({
    task,
    progress: text().optional(),
    waiting_on: text().optional().describe("such as: CI 8812"),
    until: z.string().max(40).optional().describe("14:20, 45m or a date and time; 1 h without"),
  }),
  looks: false,
  run: async (call, { task: asked, progress, waiting_on: on, until }) => {
    const nowMs = call.context.system.clock.wallMs();
    const said = toReport({ progress, on, until }, nowMs);
    return await speak(
      call,
      asked,
      (runs, own) => reportProgress(runs, own, said),
      () =>
        said.kind === "wait"
          ? { waiting_on: said.on, until: isoTime(said.untilMs) }
          : { progress: said.text },
    );
  },
});

type Typed = { readonly [Name in "progress" | "on" | "until"]: string | undefined };

function toReport({ progress, on, until }: Typed, nowMs: number): StatusReport {
  if (progress !== undefined && on === undefined && until === undefined)
    return { kind: "progress", text: progress };
  if (progress !== undefined || on === undefined)
    throw usage("Give either `progress`, or `waiting_on` with an optional `until`.", "Call once for each.");
  return {
    kind: "wait",
    on,
    untilMs: until === undefined ? nowMs + DEFAULT_WAIT_MS : parseUntil(until, nowMs),
  };
}

export const askTool = tool({
  name: "ask",
  description:
    "Asks a person and returns at once. Then end your turn: the answer continues you. Ask for a decision, not for permission to go on.",
  input: z.strictObject({
    task,
    question: text().min(1),
    choices: z.array(z.string().min(1).max(200)).max(CHOICES_MAX).optional().describe("possible answers"),
    default: z.string().min(1).max(4_000).optional().describe("you go on with it if no one answers in time"),
    until: z.string().max(40).optional().describe("when the default counts: 14:20, 45m; 30m without"),
  }),
  looks: false,
  run: async (call, { task: asked, question, choices = [], default: answer = null, until = null }) => {
    if (question.trim() === "") throw usage("The question is empty.", "Say what a person should decide.");
    const fallback = parseFallback({ answer, until, choices }, call.context.system.clock.wallMs());
    const request = { text: question.trim(), choices: [...new Set(choices)], fallback };
    return await speak(
      call,
      asked,
      (runs, own) => askPerson(runs, own, request),
      (run) => ({
        question: run?.question?.number ?? null,
        now:
          call.caller.kind === "worker"
            ? "End your turn now; the answer continues you."
            : "`show` has the answer once it is given.",
      }),
    );
  },
});

export const finishTool = tool({
  name: "finish",
  description:
    "Says how the work went: done (ready for review), blocked (a person is needed), failed (it is tried again). Then end your turn.",
  input: z.strictObject({
    task,
    outcome: z.enum(["done", "blocked", "failed"]),
    note: text().describe("what was done and how it was checked, or what is in the way"),
  }),
  looks: false,
  run: async (call, { task: asked, outcome, note }) =>
    await speak(
      call,
      asked,
      (runs, own) => finishRun(runs, own, { kind: outcome, note }),
      () => ({
        outcome,
        now: "End your turn now.",
      }),
    ),
});

type Speaking = Parameters<typeof finishRun>[0];
type Speak = (runs: Speaking, own: Parameters<typeof finishRun>[1]) => Promise<StatementResult>;
type SaidOf = (run: Extract<StatementResult, { kind: "changed" }>["run"] | null) => object;

/** Makes a statement about the caller's run; while the store cannot be used, it is kept beside the run. */
async function speak(call: ToolCall, asked: string | undefined, say: Speak, said: SaidOf): Promise<object> {
  return await withStore(call.context, async (opened: OpenedStore) => {
    const { store } = opened;
    const own = await spokenFor(call.caller, opened, asked);
    const spoken = accepted(await say(await speaking(opened), own));
    if (spoken.kind === "kept") return { kept: true, why: spoken.why, ...said(null) };
    await awaitRunner(opened, store);
    return { task: spoken.run.key, ...said(spoken.run) };
  });
}
