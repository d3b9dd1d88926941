// Every command by group, with its line in `tasks --help`. The rest of a command is loaded when it is called: its file
// holds its flags, its help and what it does. docs/cli.md is printed from both.

import type { Command } from "./contract/command.ts";

type Load = () => Promise<{ readonly command: Command }>;
type IndexLine = readonly [summary: string, load: Load];

/** In the order of the help. */
export const COMMAND_GROUPS: Readonly<Record<string, Readonly<Record<string, IndexLine>>>> = {
  "Set up and serve": {
    serve: ["show the status page of a repository and keep it true", () => import("./commands/run/serve.ts")],
    open: ["let a browser act on the pages of a running server", () => import("./commands/run/open.ts")],
    demo: ["serve a made-up repository to look at and play with", () => import("./commands/run/demo.ts")],
    init: ["create a small valid tree to start from", () => import("./commands/run/init.ts")],
    worker: ["print or set the worker that works on tasks", () => import("./commands/run/worker.ts")],
    trust: [
      "let a repository's settings run programs on this machine",
      () => import("./commands/run/trust.ts"),
    ],
    doctor: ["check what every start of a worker needs", () => import("./commands/run/doctor.ts")],
    heartbeat: ["run one update and print what it found", () => import("./commands/run/heartbeat.ts")],
    run: ["run updates until stopped, without a server", () => import("./commands/run/run.ts")],
    notify: ["send a test notification, or list what was sent", () => import("./commands/run/notify.ts")],
    service: ["keep the runner through log-outs and restarts", () => import("./commands/run/service.ts")],
    hooks: ["remove the git hooks of an earlier version", () => import("./commands/run/hooks.ts")],
  },
  Look: {
    list: ["print the tasks, by group, as the page shows them", () => import("./commands/look/list.ts")],
    show: ["print one task: its facts and its text", () => import("./commands/look/show.ts")],
    why: ["explain which rule put a task into its group", () => import("./commands/look/why.ts")],
    night: ["sum up what happened since last evening", () => import("./commands/look/night.ts")],
    runs: ["list runs: who worked on what, and how it went", () => import("./commands/look/runs.ts")],
    costs: ["print what runs used, by day, task, worker or owner", () => import("./commands/look/costs.ts")],
    logs: ["print the output of a task's worker", () => import("./commands/look/logs.ts")],
    "is-active": ["exit 0 while someone works on a task", () => import("./commands/look/is-active.ts")],
    prs: [
      "print the pull requests of tasks, and what each waits for",
      () => import("./commands/look/prs.ts"),
    ],
    worktrees: [
      "list the worktrees of tasks, and remove finished ones",
      () => import("./commands/look/worktrees.ts"),
    ],
    validate: [
      "check every file under tasks/ and print problems with their line",
      () => import("./commands/look/validate.ts"),
    ],
    config: [
      "print the settings in force and where each came from",
      () => import("./commands/look/config.ts"),
    ],
    version: ["print the version", () => import("./commands/look/version.ts")],
  },
  Plan: {
    create: ["write a new task file from the template", () => import("./commands/plan/create.ts")],
    update: [
      "change keys of a task file, and no other byte of it",
      () => import("./commands/plan/update.ts"),
    ],
    accept: ["accept a task that a worker proposed", () => import("./commands/plan/accept.ts")],
    drop: ["drop a task that a worker proposed", () => import("./commands/plan/drop.ts")],
    complete: [
      "complete a task in its file: by whom, when, and its gates",
      () => import("./commands/plan/complete.ts"),
    ],
    next: ["print the next task to work on, or claim it", () => import("./commands/plan/next.ts")],
    claim: ["say that you work on a task by hand", () => import("./commands/plan/claim.ts")],
    release: ["give back a task that was claimed by hand", () => import("./commands/plan/release.ts")],
  },
  Work: {
    kickoff: ["queue tasks for the configured worker", () => import("./commands/work/kickoff.ts")],
    dispatch: ["start queued and ready tasks from this process", () => import("./commands/work/dispatch.ts")],
    pause: ["hold every start and retry; running workers continue", () => import("./commands/work/pause.ts")],
    resume: ["end a pause of starts and retries", () => import("./commands/work/resume.ts")],
    limits: [
      "say what waits for a usage limit or an outage, and end it",
      () => import("./commands/work/limits.ts"),
    ],
    stop: [
      "end the workers of tasks, or remove tasks from the queue",
      () => import("./commands/work/stop.ts"),
    ],
    take: ["work on in the session of a task's worker", () => import("./commands/work/take.ts")],
    continue: ["send a task's worker a message", () => import("./commands/work/continue.ts")],
    budget: ["raise the budget of a run", () => import("./commands/work/budget.ts")],
    handover: ["continue a task's run with another worker", () => import("./commands/work/handover.ts")],
    answer: ["answer the question of a task's worker", () => import("./commands/work/answer.ts")],
    acknowledge: [
      "say that you have seen what needs a person about a task",
      () => import("./commands/work/acknowledge.ts"),
    ],
    snooze: ["be asked again about a task at a time you choose", () => import("./commands/work/snooze.ts")],
    reconcile: [
      "bring runs, worktrees and files into agreement",
      () => import("./commands/work/reconcile.ts"),
    ],
    deliver: [
      "rebase and repair pull requests, where that is switched on",
      () => import("./commands/work/deliver.ts"),
    ],
  },
  "For agents": {
    agents: [
      "let agents of yours find tasks: AGENTS.md, a skill, .mcp.json",
      () => import("./commands/agents/agents.ts"),
    ],
    prime: ["print how to work here, and the state that matters", () => import("./commands/agents/prime.ts")],
    report: ["say how far you are, or what you wait for", () => import("./commands/agents/report.ts")],
    ask: ["ask a person", () => import("./commands/agents/ask.ts")],
    finish: ["say how the work went", () => import("./commands/agents/finish.ts")],
    mcp: ["give an agent the tasks as tools, over MCP", () => import("./commands/agents/mcp.ts")],
  },
};

const LOADS = new Map<string, Load>([
  ...Object.values(COMMAND_GROUPS)
    .flatMap(Object.entries<IndexLine>)
    .map(([name, [, load]]) => [name, load] as const),
  // Not in the help: only the program itself starts it.
  ["supervise", () => import("./commands/run/supervise.ts")],
]);

export const COMMAND_NAMES: readonly string[] = [...LOADS.keys()];

/** Null when there is no such command. */
export async function loadCommand(name: string): Promise<Command | null> {
  const load = LOADS.get(name);
  return load === undefined ? null : (await load()).command;
}
