// The agent of an attempt: its settings, the file to start, its session, and its first words. A failure is a sentence, and
// the run fails with it.

import type { AgentKind, AgentOrder, WorkerSettings } from "../../../core/agent/contract/agent-kind.ts";
import { kindNamed } from "../../../core/agent/kinds/agent-kinds.ts";
import { judgeWorker } from "../../../core/agent/kinds/judge-worker.ts";
import { resumeWords } from "../../../core/agent/turns/turn-words.ts";
import { chooseWorker } from "../../../core/agent/workers/choose-worker.ts";
import type { WorkersConfig } from "../../../core/agent/workers/configured-workers.ts";
import type { Run, RunSession } from "../../../core/contract/run.ts";
import type { Messages } from "../../../core/run/run-transitions.ts";
import type { AgentMachine } from "../../../ports/runs/agent-machine.ts";
import type { AgentPlan } from "../turns/attempt-start.ts";

export type ChosenAgent =
  | { readonly kind: "chosen"; readonly agent: AgentKind; readonly settings: WorkerSettings }
  /** Completes "could not be started: ". */
  | { readonly kind: "failed"; readonly detail: string };

/** `ofTask`: the worker that the task's file names. */
export function chooseAgent(
  config: WorkersConfig,
  { requestedWorker }: Pick<Run, "requestedWorker">,
  ofTask: string | null,
): ChosenAgent {
  const settings = chooseWorker(config, { requested: requestedWorker, ofTask });
  const problem = settings.kind === "refused" ? settings : judgeWorker(settings);
  if (settings.kind === "refused" || problem !== null)
    return { kind: "failed", detail: problem === null ? "" : `${problem.message} ${problem.hint}` };
  const agent = kindNamed(settings.kind);
  if (agent === null)
    return { kind: "failed", detail: `this version has no worker of kind ${settings.kind}` };
  return { kind: "chosen", agent, settings };
}

/** The session of the next attempt: the one before continues where the same kind can resume it. */
export function sessionFor(
  { session }: Pick<Run, "session">,
  agent: AgentKind,
  newSession: () => string,
): RunSession | null {
  if (canResume(session, agent)) return session;
  return agent.choosesSession ? { kind: agent.name, id: newSession(), isStarted: false } : null;
}

function canResume(session: RunSession | null, { name, abilities }: AgentKind): boolean {
  return session?.kind === name && session.isStarted && abilities.resume.can;
}

export type AgentGround = {
  readonly run: Run;
  readonly said: Messages;
  /** The whole prompt, as it is in its file. */
  readonly prompt: string;
} & Pick<AgentOrder, "promptFile" | "worktree" | "slug" | "taskFile" | "tasksMcp" | "runVariables">;

export type AgentPlanning =
  | { readonly kind: "planned"; readonly plan: AgentPlan }
  | Extract<ChosenAgent, { kind: "failed" }>;

export function planAgent(
  machine: AgentMachine,
  { agent, settings }: Extract<ChosenAgent, { kind: "chosen" }>,
  ground: AgentGround,
): AgentPlanning {
  const program = programFor(machine, agent, settings);
  if (program === null)
    return { kind: "failed", detail: `there is no program ${nameOf(agent, settings)} on the PATH` };
  const { run, said, prompt, ...facts } = ground;
  const resume = canResume(run.session, agent);
  const order: AgentOrder = {
    ...facts,
    settings,
    program,
    prompt: resume ? resumeWords({ said, lastAttempt: run.attempts.at(-1) ?? null }) : prompt,
    session: { id: run.session?.kind === agent.name ? run.session.id : null, resume },
    git: machine.gitFolders(ground.worktree),
  };
  return {
    kind: "planned",
    plan: {
      kind: agent,
      order,
      wholePrompt: prompt,
      home: machine.home,
      findVersion: () => findVersion(machine, agent, order),
    },
  };
}

function nameOf(agent: AgentKind, { program, command }: WorkerSettings): string {
  return program ?? agent.program ?? command[0] ?? "";
}

/**
 * A kind's own file, not a wrapper of it: one that is killed leaves its agent behind. What a user's sandbox or command
 * starts is found there, not here.
 */
function programFor(machine: AgentMachine, agent: AgentKind, settings: WorkerSettings): string | null {
  const name = nameOf(agent, settings);
  if (settings.wrap.length > 0 || agent.program === null) return name;
  const found = machine.findProgram(name);
  if (found === null) return null;
  const { platform, arch } = machine;
  return agent.nativeFiles(found, { platform, arch }).find((file) => machine.isProgram(file)) ?? found;
}

/** Not of a command, which may do anything with an argument, nor through a sandbox, whose start may take long. */
async function findVersion(
  machine: AgentMachine,
  agent: AgentKind,
  order: AgentOrder,
): Promise<string | null> {
  const { args } = agent.version;
  if (args.length === 0 || order.settings.wrap.length > 0) return null;
  return await machine.readVersion([order.program, ...args], {
    ...agent.launch(order).variables,
    ...order.settings.variables,
  });
}
