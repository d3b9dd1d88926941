// A worker under its supervisor: a program in its own process group and session, whose output goes through pipes into
// the run's log, and of which no process is left when it has ended.
//
//   running --exit--> ending leftovers (SIGTERM, a second later SIGKILL) --none left--> draining --closed or DRAIN_MS--> ended

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import type { ProcessIdentity } from "../../core/contract/run.ts";
import { secretValues } from "../../core/text/redact-secrets.ts";
import type { Environment } from "../../core/worker/worker-environment.ts";
import type { WorkerExit, WorkerLauncher, WorkerProcess, WorkerStart } from "../../ports/runs/workers.ts";
import { errorCode } from "../file-system/file-error.ts";
import { endProcesses, killProcesses } from "../process-table/end-processes.ts";
import { runBits } from "../process-table/inherited-mark.ts";
import type { ProcessFacts, ProcessSystem } from "../process-table/process-facts.ts";
import { identifyProcess, knownProcess } from "../process-table/process-identity.ts";
import { createFamilyFinder } from "../process-table/run-family.ts";
import { signalChild } from "../process-table/signal-process.ts";
import { systemProcesses } from "../process-table/system-processes.ts";
import { type LogFileSystem, RunLogWriter } from "../run-log/log-writer.ts";
import { prepareRunFolder } from "../run-log/run-folder.ts";
import { workerEnvironment } from "./inherited-environment.ts";
import { SecretMask } from "./secret-mask.ts";

export type WorkerLauncherSettings = {
  /** `.tasks/task_manager` of the repository, absolute, without links. */
  readonly stateFolder: string;
  /** Of this process. */
  readonly environment: Environment;
  readonly logFileSystem?: LogFileSystem;
};

/** How long processes that a worker leaves behind have after SIGTERM. */
const LEFTOVER_GRACE_MS = 1_000;
/** Once no process of the run is left, output still in the pipes arrives within this time; others may hold them forever. */
const DRAIN_MS = 500;
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
          : new RunningWorker(child, { start, log, system, secrets: secretValues(env) });
      } catch (error) {
        // Arguments that cannot be passed: with a NUL character, or too long.
        log.close();
        const detail = describeStartFailure(error, start);
        return { ...NOTHING_TO_END, ended: Promise.resolve({ kind: "not_started", detail }) };
      }
    },
  };
}

function openLog({ stateFolder, logFileSystem }: WorkerLauncherSettings, start: WorkerStart): RunLogWriter {
  const prepareFolder = () => prepareRunFolder(stateFolder, start.run);
  const log = new RunLogWriter({ prepareFolder, maxBytes: start.logMaxBytes }, logFileSystem);
  if (start.heading !== null) log.note(start.heading);
  return log;
}

function spawnWorker(start: WorkerStart, env: Record<string, string>): ChildProcess {
  const [program = "", ...args] = start.command;
  return spawn(program, args, {
    cwd: start.folder,
    env,
    detached: process.platform !== "win32",
    stdio: ["ignore", "pipe", "pipe"],
    windowsHide: true,
  });
}

const NOTHING_TO_END = { identity: null, terminate: () => {}, kill: () => {} } as const;

function notStarted(child: ChildProcess, start: WorkerStart, log: RunLogWriter): WorkerProcess {
  const ended = new Promise<WorkerExit>((resolve) => {
    child.once("error", (error) => {
      log.close();
      resolve({ kind: "not_started", detail: describeStartFailure(error, start) });
    });
  });
  return { ...NOTHING_TO_END, ended };
}

/** Completes "could not be started: ". */
function describeStartFailure(error: unknown, { command, folder }: WorkerStart): string {
  const [program = ""] = command;
  // The system reports a missing folder like a missing program.
  if (!existsSync(folder)) return "its worktree is gone";
  const code = errorCode(error);
  switch (code) {
    case "ENOENT":
      return `there is no program ${program}${program.includes("/") ? "" : " on the PATH"}`;
    case "EACCES":
      return `${program} is not executable`;
    case "E2BIG":
      return "its arguments are too long for this system; worker.command can pass {prompt_file} instead of {prompt}";
    case "ERR_INVALID_ARG_VALUE":
      return "its arguments contain a NUL character; worker.command can pass {prompt_file} instead of {prompt}";
    default:
      return `the system refused to start ${program} (${code})`;
  }
}

type WorkerSurroundings = {
  readonly start: WorkerStart;
  readonly log: RunLogWriter;
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
    const closed = this.#drain();
    this.ended = new Promise((resolve, reject) => {
      child.once("exit", (code, signal) => this.#settle({ code, signal }, closed).then(resolve, reject));
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

  /** Keeps reading even if the log cannot be written: a full pipe would block the worker. */
  #drain(): Promise<unknown> {
    const { log, secrets } = this.#surroundings;
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      const mask = new SecretMask(secrets);
      stream?.on("data", (output: Buffer) => log.write(mask.push(output)));
      stream?.on("close", () => log.write(mask.flush()));
      stream?.on("error", () => {});
    }
    return new Promise((resolve) => this.#child.once("close", resolve));
  }

  async #settle(
    { code, signal }: { readonly code: number | null; readonly signal: string | null },
    closed: Promise<unknown>,
  ): Promise<WorkerExit> {
    const { log } = this.#surroundings;
    clearInterval(this.#looking);
    if (!(await this.#endLeftovers()))
      log.note("[tasks: some processes that the worker started could not be ended]");
    const late = new AbortController();
    await Promise.race([closed, delay(DRAIN_MS, null, { signal: late.signal }).catch(() => null)]);
    late.abort();
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
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
