// Every command by group, with its line in `tasks --help`. The rest of a command is loaded when it is called: its file
// holds its flags, its help and what it does. docs/cli.md is printed from both.

import type { Command } from "./contract/command.ts";

export type CommandEntry = {
  readonly name: string;
  readonly summary: string;
  /** Not in the help: only the program itself uses it. */
  readonly hidden?: boolean;
  load(): Promise<{ readonly command: Command }>;
};

type CommandGroup = { readonly title: string; readonly commands: readonly CommandEntry[] };

/** In the order of the help. */
export const COMMAND_GROUPS: readonly CommandGroup[] = [
  {
    title: "Set up and serve",
    commands: [
      {
        name: "serve",
        summary: "show the status page of a repository and keep it true",
        load: () => import("./commands/run/serve.ts"),
      },
      {
        name: "open",
        summary: "let a browser act on the pages of a running server",
        load: () => import("./commands/run/open.ts"),
      },
      {
        name: "demo",
        summary: "serve a made-up repository to look at and play with",
        load: () => import("./commands/run/demo.ts"),
      },
      {
        name: "init",
        summary: "create a small valid tree to start from",
        load: () => import("./commands/run/init.ts"),
      },
      {
        name: "worker",
        summary: "print or set the worker that works on tasks",
        load: () => import("./commands/run/worker.ts"),
      },
      {
        name: "trust",
        summary: "let a repository's settings run programs on this machine",
        load: () => import("./commands/run/trust.ts"),
      },
      {
        name: "doctor",
        summary: "check what every start of a worker needs",
        load: () => import("./commands/run/doctor.ts"),
      },
      {
        name: "heartbeat",
        summary: "run one update and print what it found",
        load: () => import("./commands/run/heartbeat.ts"),
      },
      {
        name: "run",
        summary: "run updates until stopped, without a server",
        load: () => import("./commands/run/run.ts"),
      },
      {
        name: "hooks",
        summary: "remove the git hooks of an earlier version",
        load: () => import("./commands/run/hooks.ts"),
      },
      {
        name: "supervise",
        hidden: true,
        summary: "run a worker and save how it ended",
        load: () => import("./commands/run/supervise.ts"),
      },
    ],
  },
  {
    title: "Look",
    commands: [
      {
        name: "list",
        summary: "print the tasks, by group, as the page shows them",
        load: () => import("./commands/look/list.ts"),
      },
      {
        name: "show",
        summary: "print one task: its facts and its text",
        load: () => import("./commands/look/show.ts"),
      },
      {
        name: "why",
        summary: "explain which rule put a task into its group",
        load: () => import("./commands/look/why.ts"),
      },
      {
        name: "runs",
        summary: "list runs: who worked on what, and how it went",
        load: () => import("./commands/look/runs.ts"),
      },
      {
        name: "logs",
        summary: "print the output of a task's worker",
        load: () => import("./commands/look/logs.ts"),
      },
      {
        name: "is-active",
        summary: "exit 0 while someone works on a task",
        load: () => import("./commands/look/is-active.ts"),
      },
      {
        name: "prs",
        summary: "print the pull requests of tasks, and what each waits for",
        load: () => import("./commands/look/prs.ts"),
      },
      {
        name: "worktrees",
        summary: "list the worktrees of tasks, and remove finished ones",
        load: () => import("./commands/look/worktrees.ts"),
      },
      {
        name: "validate",
        summary: "check every file under tasks/ and print problems with their line",
        load: () => import("./commands/look/validate.ts"),
      },
      {
        name: "config",
        summary: "print the settings in force and where each came from",
        load: () => import("./commands/look/config.ts"),
      },
      {
        name: "version",
        summary: "print the version",
        load: () => import("./commands/look/version.ts"),
      },
    ],
  },
  {
    title: "Plan",
    commands: [
      {
        name: "create",
        summary: "write a new task file from the template",
        load: () => import("./commands/plan/create.ts"),
      },
      {
        name: "update",
        summary: "change keys of a task file, and no other byte of it",
        load: () => import("./commands/plan/update.ts"),
      },
      {
        name: "complete",
        summary: "complete a task in its file: by whom, when, and its gates",
        load: () => import("./commands/plan/complete.ts"),
      },
      {
        name: "next",
        summary: "print the next task to work on, or claim it",
        load: () => import("./commands/plan/next.ts"),
      },
      {
        name: "claim",
        summary: "say that you work on a task by hand",
        load: () => import("./commands/plan/claim.ts"),
      },
      {
        name: "release",
        summary: "give back a task that was claimed by hand",
        load: () => import("./commands/plan/release.ts"),
      },
    ],
  },
  {
    title: "Work",
    commands: [
      {
        name: "kickoff",
        summary: "queue tasks for the configured worker",
        load: () => import("./commands/work/kickoff.ts"),
      },
      {
        name: "dispatch",
        summary: "start queued and ready tasks from this process",
        load: () => import("./commands/work/dispatch.ts"),
      },
      {
        name: "pause",
        summary: "hold every start and retry; running workers continue",
        load: () => import("./commands/work/pause.ts"),
      },
      {
        name: "resume",
        summary: "end a pause of starts and retries",
        load: () => import("./commands/work/resume.ts"),
      },
      {
        name: "stop",
        summary: "end the workers of tasks, or remove tasks from the queue",
        load: () => import("./commands/work/stop.ts"),
      },
      {
        name: "continue",
        summary: "send a task's worker a message",
        load: () => import("./commands/work/continue.ts"),
      },
      {
        name: "answer",
        summary: "answer the question of a task's worker",
        load: () => import("./commands/work/answer.ts"),
      },
      {
        name: "acknowledge",
        summary: "say that you have seen what needs a person about a task",
        load: () => import("./commands/work/acknowledge.ts"),
      },
      {
        name: "snooze",
        summary: "be asked again about a task at a time you choose",
        load: () => import("./commands/work/snooze.ts"),
      },
      {
        name: "reconcile",
        summary: "bring runs, worktrees and files into agreement",
        load: () => import("./commands/work/reconcile.ts"),
      },
      {
        name: "deliver",
        summary: "rebase and repair pull requests, where that is switched on",
        load: () => import("./commands/work/deliver.ts"),
      },
    ],
  },
  {
    title: "For agents",
    commands: [
      {
        name: "report",
        summary: "say how far you are, or what you wait for",
        load: () => import("./commands/agents/report.ts"),
      },
      { name: "ask", summary: "ask a person", load: () => import("./commands/agents/ask.ts") },
      {
        name: "finish",
        summary: "say how the work went",
        load: () => import("./commands/agents/finish.ts"),
      },
    ],
  },
];

export const COMMANDS: readonly CommandEntry[] = COMMAND_GROUPS.flatMap(({ commands }) => commands);

export const findCommand = (name: string | undefined): CommandEntry | null =>
  COMMANDS.find((entry) => entry.name === name) ?? null;
