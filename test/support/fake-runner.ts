// A runner process as a puppet: the test says what it sends and when it ends.

import type { CycleOutcome } from "../../src/core/contract/cycle.ts";
import type {
  RunnerChild,
  RunnerCommand,
  RunnerEvent,
  RunnerExit,
  RunnerLauncher,
} from "../../src/ports/system/runner-process.ts";
import { attestation } from "../contract/store-samples.ts";

export type FakeRunner = {
  /** What it received, except pings. */
  readonly commands: RunnerCommand[];
  pings: number;
  readonly killed: ("terminate" | "kill")[];
  /** False: it hangs, and answers no ping. */
  answers: boolean;
  say(event: RunnerEvent): void;
  exit(exit: RunnerExit): void;
};

export type FakeRunners = RunnerLauncher & { readonly started: FakeRunner[] };

/** A launcher whose runners answer pings, end on request, and do nothing else. */
export function createFakeRunners(): FakeRunners {
  const started: FakeRunner[] = [];
  return {
    started,
    launch() {
      const { runner, child } = createFakeRunner(4700 + started.length);
      started.push(runner);
      return child;
    },
  };
}

function createFakeRunner(pid: number): { runner: FakeRunner; child: RunnerChild } {
  let onEvent: (event: RunnerEvent) => void = () => {};
  let onExit: (exit: RunnerExit) => void = () => {};
  const runner: FakeRunner = {
    commands: [],
    pings: 0,
    killed: [],
    answers: true,
    say: (event) => onEvent(event),
    exit: (exit) => onExit(exit),
  };
  const child: RunnerChild = {
    pid,
    send(command) {
      if (command.kind !== "ping") {
        runner.commands.push(command);
        return;
      }
      runner.pings += 1;
      if (runner.answers) onEvent({ kind: "pong" });
    },
    onEvent: (listener) => {
      onEvent = listener;
    },
    onExit: (listener) => {
      onExit = listener;
    },
    terminate() {
      runner.killed.push("terminate");
      if (runner.answers) onExit({ code: 0, signal: null });
    },
    kill() {
      runner.killed.push("kill");
      onExit({ code: null, signal: "SIGKILL" });
    },
  };
  return { runner, child };
}

export function cycleStarted(startedAtMs: number): RunnerEvent {
  return { kind: "cycle_started", startedAtMs, beganMs: startedAtMs, causes: ["refresh"] };
}

export function cycleEnded(startedAtMs: number, outcome: Partial<CycleOutcome> = {}): RunnerEvent {
  const attested = { kind: "attested", seq: 1, epoch: 1, attestation: attestation(1), tasks: 1, ...outcome };
  return {
    kind: "cycle_ended",
    startedAtMs,
    endedAtMs: startedAtMs + 10,
    beganMs: startedAtMs,
    cpuMs: 1,
    outcome: attested as CycleOutcome,
    nextAttemptAtMs: startedAtMs + 15_010,
  };
}
