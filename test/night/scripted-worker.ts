// A worker's process: it hears, speaks, is interrupted and ends. What it does in a turn is its script's (worker-script.ts).

import type { ProcessIdentity } from "../../src/core/contract/run.ts";
import { PROOF_VARIABLE } from "../../src/core/worker/worker-environment.ts";
import type { WorkerExit, WorkerProcess, WorkerStart } from "../../src/ports/runs/workers.ts";
import type { Store } from "../../src/ports/store/store.ts";
import type { CauseNotes } from "./cause-notes.ts";
import type { NightTime } from "./night-time.ts";
import type { PlannedTask } from "./planned-tasks.ts";
import type { Recorder, Sitting } from "./recorder.ts";
import type { Services, Trouble } from "./services.ts";
import { claudeVoice, commandVoice, type Voice } from "./voices.ts";
import { type Ground, work } from "./worker-script.ts";

export type ScriptedSurroundings = {
  readonly time: Pick<NightTime, "nowMs" | "clock">;
  readonly store: Store;
  readonly services: Services;
  readonly recorder: Recorder;
  readonly notes: CauseNotes;
  readonly task: PlannedTask;
  readonly ground: Ground;
  readonly account: string;
  /** What a command finds in the file that it is given. */
  readonly prompt: string;
  readonly hashOf: (proof: string) => string;
  /** It no longer exists. */
  readonly onGone: () => void;
};

const START_MS = 2_000;

export class ScriptedWorker implements WorkerProcess {
  readonly identity: ProcessIdentity;
  readonly ended: Promise<WorkerExit>;
  readonly #world: ScriptedSurroundings;
  readonly #start: WorkerStart;
  readonly #sitting: Sitting;
  readonly #voice: Voice;
  readonly #isCommand: boolean;
  readonly #gone = new AbortController();
  readonly #exited = Promise.withResolvers<WorkerExit>();
  readonly #unread: string[] = [];
  #interrupted = new AbortController();
  #isWorking = false;
  #isInputClosed = false;

  constructor(world: ScriptedSurroundings, start: WorkerStart, identity: ProcessIdentity) {
    this.#world = world;
    this.#start = start;
    this.identity = identity;
    this.ended = this.#exited.promise;
    const { command, run, epoch } = start;
    this.#isCommand = command[0]?.endsWith("claude") !== true;
    const session = wordAfter(command, "--resume") ?? wordAfter(command, "--session-id");
    const speak = (line: object) => this.#print(line);
    this.#voice = this.#isCommand ? commandVoice(speak) : claudeVoice(speak, session ?? "none");
    world.notes.began(world.task.slug);
    this.#sitting = world.recorder.begin({
      key: world.task.slug,
      run,
      epoch,
      worker: world.task.worker,
      account: world.account,
      session,
      resumed: command.includes("--resume"),
    });
    if (this.#isCommand) this.#hear(world.prompt);
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

  #hear(text: string): void {
    this.#sitting.heard.push(text);
    this.#unread.push(text);
    if (!this.#isWorking) void this.#turn();
  }

  #interrupt(id: string): void {
    this.#print({ type: "control_response", response: { subtype: "success", request_id: id } });
    if (this.#isWorking) this.#interrupted.abort();
  }

  async #turn(): Promise<void> {
    this.#isWorking = true;
    this.#interrupted = new AbortController();
    await this.#pause(this.#world.task.answersAfterMs ?? START_MS);
    const how = await this.#work(this.#interrupted.signal);
    this.#voice.turnEnded(how);
    this.#isWorking = false;
    if (this.#isCommand) this.#exit({ kind: "exited", code: typeof how === "string" ? 0 : 1 });
    else if (this.#isInputClosed) this.#exit({ kind: "exited", code: 0 });
    // What came too late for this turn is for the next one.
    else if (this.#unread.length > 0) void this.#turn();
  }

  async #work(interrupted: AbortSignal): Promise<"completed" | "interrupted" | Trouble> {
    const { variables, run, epoch } = this.#start;
    return await work(this.#world, {
      own: { id: run, epoch, proofHash: this.#world.hashOf(variables[PROOF_VARIABLE] ?? "") },
      name: String(this.identity.pid),
      sitting: this.#sitting,
      voice: this.#voice,
      interrupted,
      stopped: AbortSignal.any([interrupted, this.#gone.signal]),
      read: () => {
        const texts = this.#unread.splice(0);
        for (const text of texts) this.#voice.turnBegan(text);
        return texts;
      },
      pause: (ms) => this.#pause(ms),
      exit: (code) => this.#exit({ kind: "exited", code }),
      ifAlive: () => (this.#gone.signal.aborted ? new Promise(() => {}) : Promise.resolve()),
    });
  }

  #print(line: object): void {
    if (this.#gone.signal.aborted) return;
    this.#world.recorder.printed(this.#sitting, line);
    this.#start.channel?.onLine({ text: JSON.stringify(line), droppedBytes: 0 });
  }

  /** Shorter when it is interrupted. Never comes back once it is gone. */
  #pause(ms: number): Promise<void> {
    const { signal } = this.#interrupted;
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", end);
        if (!this.#gone.signal.aborted) resolve();
      };
      const timer = setTimeout(end, ms);
      signal.addEventListener("abort", end);
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
