// A worker's process as the script of its task has it. What it has done is in its worktree, so that the next process goes
// on from there. It reports as a worker does, with its proof.

import type { OwnRun } from "../../src/app/runs/worker/own-run.ts";
import { askPerson, awaitAnswer, finishRun } from "../../src/app/runs/worker/worker-reports.ts";
import type { ProcessIdentity } from "../../src/core/contract/run.ts";
import { PROOF_VARIABLE } from "../../src/core/worker/worker-environment.ts";
import type { WorkerExit, WorkerProcess, WorkerStart } from "../../src/ports/runs/workers.ts";
import type { Store } from "../../src/ports/store/store.ts";
import type { Clock } from "../../src/ports/system/clock.ts";
import type { PlannedTask, Step } from "./night-plan.ts";
import type { Recorder, Sitting } from "./recorder.ts";
import type { Services, Trouble } from "./services.ts";
import { claudeVoice, commandVoice, type Voice } from "./voices.ts";

/** What is left of a task's work on disk. */
export type Ground = { step: number; answers: string[] };

export type ScriptedSurroundings = {
  readonly clock: Clock;
  readonly store: Store;
  readonly services: Services;
  readonly recorder: Recorder;
  readonly task: PlannedTask;
  readonly ground: Ground;
  readonly account: string;
  readonly hashOf: (proof: string) => string;
  /** It no longer exists. */
  readonly onGone: () => void;
};

/** An agent retries automatically before it gives up: that long. */
const RETRIES_MS = 90_000;
const START_MS = 2_000;

export class ScriptedWorker implements WorkerProcess {
  readonly identity: ProcessIdentity;
  readonly ended: Promise<WorkerExit>;
  readonly #world: ScriptedSurroundings;
  readonly #start: WorkerStart;
  readonly #sitting: Sitting;
  readonly #voice: Voice;
  readonly #isCommand: boolean;
  readonly #own: OwnRun;
  readonly #gone = new AbortController();
  readonly #exited = Promise.withResolvers<WorkerExit>();
  readonly #unread: string[] = [];
  #isWorking = false;
  #isInterrupted = false;
  #isInputClosed = false;
  #tools = 0;

  constructor(world: ScriptedSurroundings, start: WorkerStart, identity: ProcessIdentity) {
    this.#world = world;
    this.#start = start;
    this.identity = identity;
    this.ended = this.#exited.promise;
    const { command, variables, run, epoch } = start;
    this.#isCommand = command[0]?.endsWith("claude") !== true;
    const session = wordAfter(command, "--resume") ?? wordAfter(command, "--session-id");
    const speak = (line: object) => this.#print(line);
    this.#voice = this.#isCommand ? commandVoice(speak) : claudeVoice(speak, session ?? "none");
    this.#own = { id: run, epoch, proofHash: world.hashOf(variables[PROOF_VARIABLE] ?? "") };
    this.#sitting = world.recorder.begin({
      key: world.task.slug,
      run,
      epoch,
      worker: world.task.worker,
      account: world.account,
      session,
      resumed: command.includes("--resume"),
    });
    if (this.#isCommand) void this.#turn([wordAfter(command, "--prompt") ?? ""]);
  }

  send(line: string): void {
    const said = JSON.parse(line);
    if (said.type === "user") this.#hear(said.message.content[0].text);
    else if (said.request?.subtype === "interrupt") this.#interrupt(said.request_id);
  }

  closeInput(): void {
    this.#isInputClosed = true;
    if (!this.#isWorking && !this.#isCommand) this.#exit({ kind: "exited", code: 0 });
  }

  terminate(): void {
    this.#exit({ kind: "signalled", signal: "SIGTERM" });
  }

  kill(): void {
    this.#exit({ kind: "signalled", signal: "SIGKILL" });
  }

  /** The machine is off: there is no exit that anyone could hear. */
  vanish(): void {
    this.#gone.abort();
    this.#world.recorder.end(this.#sitting, "machine off");
  }

  #hear(text: string): void {
    this.#sitting.heard.push(text);
    this.#unread.push(text);
    if (!this.#isWorking) void this.#turn(this.#unread.splice(0));
  }

  #interrupt(id: string): void {
    this.#isInterrupted = this.#isWorking;
    this.#print({ type: "control_response", response: { subtype: "success", request_id: id } });
  }

  async #turn(heard: readonly string[]): Promise<void> {
    this.#isWorking = true;
    this.#isInterrupted = false;
    await this.#pause(START_MS);
    for (const text of heard) this.#voice.turnBegan(text);
    const how = await this.#work();
    this.#voice.turnEnded(how);
    this.#isWorking = false;
    if (this.#isCommand) this.#exit({ kind: "exited", code: typeof how === "string" ? 0 : 1 });
    else if (this.#isInputClosed) this.#exit({ kind: "exited", code: 0 });
  }

  /** The steps of its task, from where its worktree is. */
  async #work(): Promise<"completed" | "interrupted" | Trouble> {
    const { task, ground } = this.#world;
    for (;;) {
      for (const text of this.#unread.splice(0)) this.#voice.turnBegan(text);
      if (this.#isInterrupted) return "interrupted";
      const trouble = await this.#request();
      if (trouble !== null) return trouble;
      const step = task.steps[ground.step];
      if (step === undefined) return await this.#finish();
      const ends = await this.#take(step);
      if (ends) return "completed";
    }
  }

  /** True: its turn is over with it. */
  async #take(step: Step): Promise<boolean> {
    const { ground, recorder, task } = this.#world;
    switch (step.kind) {
      case "work":
        await this.#useTool(step);
        ground.step += 1;
        return false;
      case "prose":
        ground.step += 1;
        this.#voice.said("I have done most of it, and will report when I am asked.");
        return true;
      case "crash":
        ground.step += 1;
        recorder.failed(task.slug);
        this.#exit({ kind: "exited", code: step.code });
        return await new Promise(() => {});
      case "ask":
        await this.#ask(step);
        ground.step += 1;
        return false;
    }
  }

  async #useTool({ ms, input, output }: Extract<Step, { kind: "work" }>): Promise<void> {
    this.#tools += 1;
    const id = `tool-${this.identity.pid}-${this.#tools}`;
    this.#sitting.tokens += input + output;
    this.#sitting.tools += 1;
    this.#sitting.usedAtMs = this.#world.clock.wallMs();
    this.#voice.toolBegan(id, { input, output });
    await this.#pause(ms);
    this.#voice.toolEnded(id, "ok");
  }

  async #ask(step: Extract<Step, { kind: "ask" }>): Promise<void> {
    const context = this.#world;
    const asked = await askPerson(context, this.#own, { text: step.text, choices: step.choices });
    if (asked.kind !== "changed") return;
    const { signal } = this.#gone;
    const answered = await awaitAnswer(context, asked.run, {
      proofHash: this.#own.proofHash ?? null,
      signal,
    });
    if (answered.kind === "answered") context.ground.answers.push(answered.text);
  }

  async #finish(): Promise<"completed"> {
    const { recorder, task } = this.#world;
    const said = await finishRun(this.#world, this.#own, { kind: "done", note: `${task.slug} is done` });
    if (said.kind === "refused") recorder.wrong(`${task.slug}: its report was refused: ${said.message}`);
    else recorder.finish(task.slug);
    this.#voice.said("All done.");
    return "completed";
  }

  /** Asks its service; a trouble that lasts longer than its own retries ends its turn. */
  async #request(): Promise<Trouble | null> {
    const { services, account, clock } = this.#world;
    const first = services.request(account);
    if (first === null) return null;
    if (first.kind === "overloaded" || first.kind === "network") {
      await this.#pause(RETRIES_MS);
      if (services.request(account) === null) return null;
    }
    this.#sitting.refused.push({ atMs: clock.wallMs(), trouble: first });
    return first;
  }

  #print(line: object): void {
    if (this.#gone.signal.aborted) return;
    this.#world.recorder.printed(this.#sitting, line);
    this.#start.channel?.onLine({ text: JSON.stringify(line), droppedBytes: 0 });
  }

  /** Never comes back once it is gone. */
  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      setTimeout(() => {
        if (!this.#gone.signal.aborted) resolve();
      }, ms);
    });
  }

  #exit(exit: WorkerExit): void {
    if (this.#gone.signal.aborted) return;
    this.#gone.abort();
    this.#world.recorder.end(this.#sitting, exit.kind === "exited" ? `exit ${exit.code}` : exit.kind);
    this.#world.onGone();
    this.#exited.resolve(exit);
  }
}

function wordAfter(command: readonly string[], word: string): string | null {
  const at = command.indexOf(word);
  return at === -1 ? null : (command[at + 1] ?? null);
}
