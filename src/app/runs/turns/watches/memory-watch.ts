// Whether the kernel killed a worker, or what it ran, for want of memory. A SIGKILL does not say who sent it: the kernel counts
// its own, so one that was not the supervisor's counts as the kernel's if that count grew while the attempt ran.

import type { AgentEvent } from "../../../../core/agent/contract/agent-event.ts";
import type { ProcessIdentity } from "../../../../core/contract/run.ts";
import type { MemoryKill } from "../../../../core/run/held/hold.ts";
import type { WorkerMemory } from "../../../../ports/runs/worker-memory.ts";
import type { WorkerExit } from "../../../../ports/runs/workers.ts";
import type { Clock } from "../../../../ports/system/clock.ts";
import type { AttemptWatch } from "./attempt-watch.ts";

export type MemoryContext = {
  readonly clock: Pick<Clock, "monotonicMs">;
  readonly memory: WorkerMemory;
  /** Its newest process. */
  readonly worker: () => ProcessIdentity | null;
  /** The agent's text as it may be stored. */
  readonly clean: (text: string) => string;
};

/** Rarely enough to cost nothing, and what grows slower than this is seen. */
const SAMPLE_MS = 15_000;
/** Exit code of a shell whose command was killed with SIGKILL. */
const KILLED_CODE = 137;
const DURING_MAX = 60;

export class MemoryWatch implements AttemptWatch {
  readonly #context: MemoryContext;
  readonly #killsBefore: number | null;
  #sampledAtMs = Number.NEGATIVE_INFINITY;
  #largestMb: number | null = null;
  /** The newest tool, and whether it was killed. */
  #tool: {
    readonly id: string;
    readonly input: string;
    readonly state: "running" | "over" | "killed";
  } | null = null;

  constructor(context: MemoryContext) {
    this.#context = context;
    this.#killsBefore = context.memory.kills();
  }

  note(event: AgentEvent): void {
    if (event.kind !== "tool") return;
    const { id, input, exitCode } = event;
    if (event.state === "running") this.#tool = { id, input, state: "running" };
    else if (exitCode === KILLED_CODE) this.#tool = { id, input, state: "killed" };
    else if (this.#tool?.id === id) this.#tool = { id, input, state: "over" };
  }

  async attend(): Promise<void> {
    const { clock, memory, worker } = this.#context;
    const process = worker();
    const nowMs = clock.monotonicMs();
    if (process === null || nowMs - this.#sampledAtMs < SAMPLE_MS) return;
    this.#sampledAtMs = nowMs;
    const usedMb = memory.usedMb(process);
    if (usedMb !== null) this.#largestMb = Math.max(usedMb, this.#largestMb ?? 0);
  }

  /** Null unless the kernel killed it, or its newest tool. `exit`: null when its turn was over by then. */
  killAtEnd(exit: WorkerExit | null): MemoryKill | null {
    const tool = this.#tool;
    const isKill =
      (exit?.kind === "signalled" && exit.signal === "SIGKILL") ||
      (exit?.kind === "exited" && exit.code === KILLED_CODE) ||
      tool?.state === "killed";
    const before = this.#killsBefore;
    const kills = this.#context.memory.kills();
    if (!isKill || before === null || kills === null || kills <= before) return null;
    const during = tool === null || tool.state === "over" ? null : toolWords(this.#context.clean(tool.input));
    return { mb: this.#largestMb, during };
  }
}

/** "npx vitest run", on one line. */
function toolWords(input: string): string | null {
  const words = input.trim().replace(/\s+/g, " ");
  if (words === "") return null;
  return words.length > DURING_MAX ? `${words.slice(0, DURING_MAX)}…` : words;
}
