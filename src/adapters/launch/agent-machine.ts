// This machine, for the start of an agent.

import { randomUUID } from "node:crypto";
import { realpathSync } from "node:fs";
import { homedir } from "node:os";
import process from "node:process";
import type { Environment } from "../../core/worker/worker-environment.ts";
import type { AgentMachine } from "../../ports/runs/agent-machine.ts";
import { findProgram, isExecutable } from "../exec/programs.ts";
import { runCommand } from "../exec/run-command.ts";
import { unlessRefused } from "../file-system/file-error.ts";
import { findGitFolder } from "../git/facts/git-folder.ts";
import { workerEnvironment } from "./inherited-environment.ts";

export type AgentMachineSettings = {
  /** Absolute: the repository. A relative program is looked for there. */
  readonly root: string;
  /** Of this process. */
  readonly environment: Environment;
};

/** The slowest agent takes 3 s on a busy machine; the run does not wait for it. */
const VERSION_LIMIT_MS = 5_000;
const VERSION_BYTES_MAX = 64 * 1024;
const VERSION = /\d+\.\d+[\w.+-]*/;

export function createAgentMachine({ root, environment }: AgentMachineSettings): AgentMachine {
  return {
    platform: process.platform,
    arch: process.arch,
    home: homedir(),
    findProgram: (program) => {
      const file = findProgram(program, { root, env: environment });
      return file === null ? null : unlessRefused(() => realpathSync.native(file), file);
    },
    isProgram: isExecutable,
    gitFolders: (worktree) => {
      const search = unlessRefused(() => findGitFolder(worktree), null);
      if (search?.kind !== "found") return null;
      const { own, common } = search.folder;
      return { own, common };
    },
    readVersion: async ([program = "", ...args], variables) => {
      const printed = await runCommand({
        program,
        args,
        cwd: homedir(),
        env: workerEnvironment(environment, { variables, programFolder: "" }),
        timeoutMs: VERSION_LIMIT_MS,
        outputBytesMax: VERSION_BYTES_MAX,
      });
      return printed.ok ? (VERSION.exec(printed.stdout)?.[0] ?? null) : null;
    },
    newSession: () => randomUUID(),
  };
}
