// A worker under its supervisor: a program in its own process group and session, whose output goes through pipes into
// the run's log and, line by line, to its channel, and of which no process is left when it has ended.
//
//   running --exit--> ending leftovers (SIGTERM, a second later SIGKILL) --none left--> draining --closed or DRAIN_MS--> ended

import { type ChildProcess, spawn } from "node:child_process";
import process from "node:process";
import type { ProcessIdentity } from "../../core/contract/run.ts";
import { secretValues } from "../../core/text/redact-secrets.ts";
import type { Environment } from "../../core/worker/worker-environment.ts";
import type { WorkerExit, WorkerLauncher, WorkerProcess, WorkerStart } from "../../ports/runs/workers.ts";
import { endProcesses, killProcesses } from "../process-table/end-processes.ts";
import { runBits } from "../process-table/inherited-mark.ts";
import type { ProcessFacts, ProcessSystem } from "../process-table/process-facts.ts";
import { identifyProcess, knownProcess } from "../process-table/process-identity.ts";
import { createFamilyFinder } from "../process-table/run-family.ts";
import { signalChild } from "../process-table/signal-process.ts";
import { systemProcesses } from "../process-table/system-processes.ts";
import { logWriter } from "../run-log/log-writer.ts";
import type { OutputFileSystem, OutputWriter } from "../run-log/output-writer.ts";
import { openRunEvents } from "../run-log/run-events.ts";
import { prepareRunFolder } from "../run-log/run-folder.ts";
import { workerEnvironment } from "./inherited-environment.ts";
import { describeStartFailure } from "./start-failure.ts";
import { WorkerStreams } from "./worker-streams.ts";

export type WorkerLauncherSettings = {
  /** `.tasks/task_manager` of the repository, absolute, without links. */
  readonly stateFolder: string;
  /** Of this process. */
  readonly environment: Environment;
  readonly logFileSystem?: OutputFileSystem;
};

/** How long processes that a worker leaves behind have after SIGTERM. */
const LEFTOVER_GRACE_MS = 1_000;
/** Without marks, descendants are only known by their live parents: under 1 % of a core with 500 processes. */
const LOOK_EVERY_MS = 3_000;

export function createWorkerLauncher(
  settings: WorkerLauncherSettings,
  system: ProcessSystem = systemProcesses(),
): WorkerLauncher {
  return {
    launch: (start) => {
      const log = openLog(settings, start);
      try {
        const env = workerEnvironment(settings.environment, start);
        const child = spawnWorker(start, env);
        return child.pid === undefined
          ? notStarted(child, start, log)
          : new RunningWorker(child, { start, log, system, secrets: secretsOf(env, start) });
      } catch (error) {
        // Arguments that cannot be passed: with a NUL character, or too long.
        log.close();
        const detail = describeStartFailure(error, start);
        return { ...NOTHING_TO_END, ended: Promise.resolve({ kind: "not_started", detail }) };
      }
    },
    openEvents: (start, attempt) =>
      openRunEvents({
        stateFolder: settings.stateFolder,
        run: start.run,
        attempt,
        maxBytes: start.logMaxBytes,
        secrets: secretsOf(workerEnvironment(settings.environment, start), start),
        nowMs: Date.now,
        fileSystem: settings.logFileSystem,
      }),
  };
}

/** What is never written: the longest first. */
function secretsOf(env: Environment, { secrets = [] }: Pick<WorkerStart, "secrets">): readonly string[] {
  return [...new Set([...secretValues(env), ...secrets])].sort((one, other) => other.length - one.length);
}

function openLog({ stateFolder, logFileSystem }: WorkerLauncherSettings, start: WorkerStart): OutputWriter {
  const prepareFolder = () => prepareRunFolder(stateFolder, start.run);
  const log = logWriter({ prepareFolder, maxBytes: start.logMaxBytes, fileSystem: logFileSystem });
  if (start.heading !== null) log.writeLine(start.heading);
  return log;
}

function spawnWorker(start: WorkerStart, env: Record<string, string>): ChildProcess {
  const [program = "", ...args] = start.command;
  return spawn(program, args, {
    cwd: start.folder,
    env,
    detached: process.platform !== "win32",
    stdio: [start.channel?.stdin === "open" ? "pipe" : "ignore", "pipe", "pipe"],
    windowsHide: true,
  });
}

const NOTHING_TO_END = {
  identity: null,
  terminate: () => {},
  kill: () => {},
  send: () => {},
  closeInput: () => {},
} as const;

function notStarted(child: ChildProcess, start: WorkerStart, log: OutputWriter): WorkerProcess {
  const ended = new Promise<WorkerExit>((resolve) => {
    child.once("error", (error) => {
      log.close();
      resolve({ kind: "not_started", detail: describeStartFailure(error, start) });
    });
  });
  return { ...NOTHING_TO_END, ended };
}

type WorkerSurroundings = {
  readonly start: WorkerStart;
  readonly log: OutputWriter;
  readonly system: ProcessSystem;
  /** Never written to the log. */
  readonly secrets: readonly string[];
};

class RunningWorker implements WorkerProcess {
  readonly identity: ProcessIdentity;
  readonly ended: Promise<WorkerExit>;
  readonly #child: ChildProcess;
  readonly #surroundings: WorkerSurroundings;
  /** The run's live processes. */
  readonly #find: () => readonly ProcessFacts[];
  readonly #looking: NodeJS.Timeout | undefined;
  readonly #streams: WorkerStreams;
  #isKilled = false;

  constructor(child: ChildProcess, surroundings: WorkerSurroundings) {
    const pid = child.pid ?? 0;
    this.#child = child;
    this.#surroundings = surroundings;
    this.identity = identifyProcess(pid, surroundings.system);
    const { start, system } = surroundings;
    const itself = knownProcess(this.identity, system);
    const family = { run: start.run, epoch: start.epoch, known: itself === null ? [] : [itself], group: pid };
    this.#find = createFamilyFinder(family, system);
    // A process that was found once always belongs to the run. With marks, searching at the end is enough.
    if (system.place !== null && system.readInherited(process.pid)?.run !== runBits(start.run))
      this.#looking = setInterval(this.#find, LOOK_EVERY_MS).unref();
    this.#streams = new WorkerStreams(child, surroundings);
    this.ended = new Promise((resolve, reject) => {
      child.once("exit", (code, signal) => this.#settle({ code, signal }).then(resolve, reject));
    });
    // A signal may fail to be sent; ending the group or family makes up for it.
    child.on("error", () => {});
  }

  terminate(): void {
    if (this.#hasExited()) return;
    // While parents live: processes that leave group and session and overwrite their environment are only found this
    // way.
    this.#find();
    signalChild(this.#child, "SIGTERM");
  }

  kill(): void {
    if (this.#isKilled) return;
    this.#isKilled = true;
    if (this.#surroundings.system.place !== null) void killProcesses(this.#find);
    // Only the group is known here; its number is certain until its leader is collected.
    else if (!this.#hasExited()) signalChild(this.#child, "SIGKILL");
  }

  send(line: string): void {
    this.#streams.send(line);
  }

  closeInput(): void {
    this.#streams.closeInput();
  }

  async #settle({
    code,
    signal,
  }: {
    readonly code: number | null;
    readonly signal: string | null;
  }): Promise<WorkerExit> {
    const { log } = this.#surroundings;
    clearInterval(this.#looking);
    if (!(await this.#endLeftovers()))
      log.writeLine("[tasks: some processes that the worker started could not be ended]");
    await this.#streams.finish();
    log.close();
    return signal === null ? { kind: "exited", code: code ?? 0 } : { kind: "signalled", signal };
  }

  async #endLeftovers(): Promise<boolean> {
    return this.#isKilled
      ? await killProcesses(this.#find)
      : await endProcesses(this.#find, LEFTOVER_GRACE_MS);
  }

  #hasExited(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }
}
