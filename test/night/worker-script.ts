// What a worker does in a turn, as the script of its task has it. What it has done is in its worktree: the next process
// continues from there. It reports as a worker does, with its proof.

import type { OwnRun } from "../../src/app/runs/worker/own-run.ts";
import { askPerson, awaitAnswer, finishRun } from "../../src/app/runs/worker/worker-reports.ts";
import { COMMIT_AND_STOP } from "../../src/core/budget/budget-words.ts";
import { NO_ONE } from "../../src/core/run/held/decide-alone.ts";
import { MINUTE_MS } from "../../src/core/values/durations.ts";
import type { AskStep, BurnStep, Step } from "./planned-tasks.ts";
import type { Sitting } from "./recorder.ts";
import type { ScriptedSurroundings } from "./scripted-worker.ts";
import type { Trouble } from "./services.ts";
import type { Used, Voice } from "./voices.ts";

/** What is left of a task's work on disk. */
export type Ground = {
  step: number;
  /** Of the step that it is in. */
  changes: number;
  answers: string[];
};

/** Its process, as the script uses it. */
export type Body = {
  readonly own: OwnRun;
  /** Of this process alone. */
  readonly name: string;
  readonly sitting: Sitting;
  readonly voice: Voice;
  readonly interrupted: AbortSignal;
  /** Interrupted, or gone. */
  readonly stopped: AbortSignal;
  /** What was said to it since. */
  read(): readonly string[];
  /** Shorter when it is interrupted. */
  pause(ms: number): Promise<void>;
  exit(code: number): void;
  /** Never comes back once it is gone. */
  ifAlive(): Promise<void>;
};

/** Null: it continues. */
type TurnEnd = "completed" | "interrupted" | Trouble | null;

/** An agent retries automatically before it gives up: that long. */
const RETRIES_MS = 90_000;
const COMMIT: Used & { readonly ms: number } = { ms: 20_000, input: 400, output: 40 };
const REPEAT: typeof COMMIT = { ms: MINUTE_MS, input: 300, output: 30 };
/** The product has asked a person by then. */
const REPEATS = 30;
const ANSWER_MS = 2 * MINUTE_MS;

/** One turn: the steps of its task, from where its worktree is. */
export async function work(world: ScriptedSurroundings, body: Body): Promise<NonNullable<TurnEnd>> {
  for (;;) {
    const texts = body.read();
    hearAnswer(world, texts);
    const ended =
      (body.interrupted.aborted ? "interrupted" : null) ??
      (await request(world, body)) ??
      (await obey(world, body, texts)) ??
      (await take(world, body));
    if (ended !== null) return ended;
  }
}

async function take(world: ScriptedSurroundings, body: Body): Promise<TurnEnd> {
  const { ground, recorder, task } = world;
  const step = task.steps[ground.step];
  switch (step?.kind) {
    case undefined:
      return await finish(world, body);
    case "work":
      if (await useTool(world, body, step)) next(ground);
      return null;
    case "prose":
      next(ground);
      body.voice.said("I have done most of it, and will report when I am asked.");
      return "completed";
    case "crash":
      next(ground);
      recorder.failed(task.slug);
      body.exit(step.code);
      return await new Promise(() => {});
    case "ask":
      await ask(world, body, step);
      return null;
    case "loop":
      await loop(world, body);
      return null;
    case "burn":
      await burn(world, body, step);
      return null;
  }
}

function next(ground: Ground): void {
  ground.step += 1;
  ground.changes = 0;
}

/** `does`: its input. `beforeEnd`: what it does last; its end may end its process. */
type Tool = Used & { readonly ms: number; readonly does?: string; readonly beforeEnd?: () => void };

/** False: it was interrupted, and what it was doing is not done. */
async function useTool(
  { notes, task, time }: ScriptedSurroundings,
  { name, sitting, voice, interrupted, pause, ifAlive }: Body,
  { ms, input, output, does, beforeEnd }: Tool,
): Promise<boolean> {
  notes.answering(task.slug);
  sitting.tools += 1;
  sitting.tokens += input + output;
  sitting.usedAtMs = time.nowMs;
  const id = `tool-${name}-${sitting.tools}`;
  voice.toolBegan(id, { input, output }, does ?? `make ${id}`);
  await pause(ms);
  beforeEnd?.();
  voice.toolEnded(id, interrupted.aborted ? "interrupted" : "ok");
  await ifAlive();
  return !interrupted.aborted;
}

/** Until it is stopped for it; the next process then continues with something else. */
async function loop(world: ScriptedSurroundings, body: Body): Promise<void> {
  const { ground, notes } = world;
  const { step } = ground;
  for (let times = 1; times <= REPEATS; times += 1) {
    notes.repeated(body.sitting, times);
    const beforeEnd = () => {
      if (times === SEEN_AFTER && !body.interrupted.aborted) ground.step = step + 1;
    };
    await useTool(world, body, { ...REPEAT, does: "make check", beforeEnd });
    if (body.interrupted.aborted) return;
    if ((await request(world, body)) !== null) {
      // It ends for that, so nothing has stopped it yet.
      ground.step = step;
      return;
    }
  }
}

const SEEN_AFTER = 10;

/** One of its answers. */
async function burn(world: ScriptedSurroundings, body: Body, step: BurnStep): Promise<void> {
  const { ground } = world;
  const { input, output } = step;
  if (!(await useTool(world, body, { ms: ANSWER_MS, input, output }))) return;
  ground.changes += 1;
  if (ground.changes >= step.answers) next(ground);
}

/** Asked to commit and stop, a worker does so; some do not. */
async function obey(world: ScriptedSurroundings, body: Body, texts: readonly string[]): Promise<TurnEnd> {
  const step: Step | undefined = world.task.steps[world.ground.step];
  const isAsked = texts.some((text) => text.includes(COMMIT_AND_STOP));
  if (!isAsked || (step?.kind === "burn" && !step.obeys)) return null;
  await useTool(world, body, COMMIT);
  body.voice.said("I have committed what is worth keeping.");
  return body.interrupted.aborted ? "interrupted" : "completed";
}

async function ask(world: ScriptedSurroundings, body: Body, step: AskStep): Promise<void> {
  const { time, store } = world;
  const context = { clock: time.clock, store };
  const fallback = step.fallback && {
    text: step.fallback.text,
    atMs: time.clock.wallMs() + step.fallback.afterMs,
  };
  const { text, choices } = step;
  const asked = await askPerson(context, body.own, { text, choices, fallback });
  if (asked.kind !== "changed") return await body.pause(MINUTE_MS);
  const { proofHash } = body.own;
  const answered = await awaitAnswer(context, asked.run, {
    proofHash: proofHash ?? null,
    signal: body.stopped,
  });
  if (answered.kind === "answered") takeAnswer(world, answered);
}

/** An answer that came while no process of it was there. */
function hearAnswer(world: ScriptedSurroundings, texts: readonly string[]): void {
  const step = world.task.steps[world.ground.step];
  if (step?.kind !== "ask") return;
  for (const text of texts) {
    const said = text.match(ANSWERED);
    if (text.includes(step.text) && said !== null)
      takeAnswer(world, { text: said[2] ?? "", by: said[1] === undefined ? NO_ONE : "person" });
  }
}

const ANSWERED = /(?:(\w+) answers|There was no answer in time\. Go on with): (\w+)/;

function takeAnswer(
  { ground, notes, recorder, task }: ScriptedSurroundings,
  { text, by }: { readonly text: string; readonly by: string },
): void {
  const step = task.steps[ground.step];
  if (step?.kind !== "ask") return;
  if (by === NO_ONE) notes.decidedAlone.add(task.slug);
  if (by === NO_ONE && text !== step.fallback?.text)
    recorder.wrong(`${task.slug}: it continues with ${text}, which it has not named`);
  ground.answers.push(text);
  next(ground);
}

async function finish(world: ScriptedSurroundings, { own, voice }: Body): Promise<"completed"> {
  const { recorder, task, time, store } = world;
  const context = { clock: time.clock, store };
  const said = await finishRun(context, own, { kind: "done", note: `${task.slug} is done` });
  if (said.kind === "refused") recorder.wrong(`${task.slug}: its report was refused: ${said.message}`);
  else recorder.finish(task.slug);
  voice.said("All done.");
  return "completed";
}

/** Asks its service; a trouble that lasts longer than its own retries ends its turn. */
async function request(world: ScriptedSurroundings, body: Body): Promise<Trouble | null> {
  const { services, account, time } = world;
  const first = services.request(account);
  if (first === null) return null;
  if (first.kind === "overloaded" || first.kind === "network") {
    await body.pause(RETRIES_MS);
    if (services.request(account) === null || body.interrupted.aborted) return null;
  }
  body.sitting.refused.push({ atMs: time.nowMs, trouble: first });
  return first;
}
