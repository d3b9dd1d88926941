// Every command, with its flags and examples; docs/cli.md is printed from this list. Modules are loaded when called.

import type { CommandSpec } from "./contract/command.ts";
import {
  DISPATCH_READY,
  FORMAT,
  HOST,
  LIMIT,
  NO_AUTH,
  OWNER,
  PORT,
  REFRESH_WAIT,
  REPO,
} from "./contract/flags.ts";
import { EDIT_COMMANDS } from "./edit-command-list.ts";
import { RUN_COMMANDS } from "./run-command-list.ts";

export const COMMANDS: readonly CommandSpec[] = [
  {
    name: "serve",
    insideRun: "recorded",
    summary: "show the status page of a repository and keep it true",
    description:
      "Serves /status on this machine and runs updates in a process beside it. Where another serve already updates the repository, this one shows what that one publishes.",
    flags: [
      REPO,
      OWNER,
      PORT,
      HOST,
      REFRESH_WAIT,
      NO_AUTH,
      DISPATCH_READY,
      { usage: "--no-runner", description: "only show; leave updates to another process (tasks run)" },
    ],
    examples: [
      { line: "tasks serve", does: "serve the repository you are in" },
      { line: "tasks serve --repo ~/work/app --owner dave --port 8010", does: "another one, as dave" },
    ],
    load: async () => (await import("./commands/run/serve.ts")).serve,
  },
  {
    name: "open",
    insideRun: "refused",
    summary: "let a browser act on the pages of a running server",
    description:
      "Prints an address that is good once, for 10 minutes, and opens it where there is a browser. That browser can then act for a month, after restarts of the server too. On Linux your own connections can act without it.",
    flags: [
      REPO,
      { usage: "--url <url>", description: "the server (default: the one that updates the repository)" },
      { usage: "--no-browser", description: "only print the address" },
      FORMAT,
    ],
    examples: [
      { line: "tasks open", does: "act on the page of the repository you are in" },
      { line: "tasks open --no-browser", does: "print the address, to paste it yourself" },
    ],
    load: async () => (await import("./commands/run/open.ts")).open,
  },
  {
    name: "demo",
    insideRun: "allowed",
    summary: "serve a made-up repository to look at and play with",
    description:
      "Copies the example tree to a scratch git repository with a history that ends now, and serves it. The copy is removed when the demo ends.",
    flags: [PORT, { usage: "--keep", description: "keep the scratch repository when the demo ends" }],
    examples: [{ line: "tasks demo", does: "then edit one of its files and watch the page" }],
    load: async () => (await import("./commands/run/demo.ts")).demo,
  },
  {
    name: "list",
    insideRun: "allowed",
    summary: "print the tasks, by group, as the page shows them",
    description: "Prints tasks in the order of the page, each with the reason for its group.",
    flags: [
      REPO,
      OWNER,
      FORMAT,
      { usage: "--group <group>", description: "only this group, such as ready or needs_attention" },
      LIMIT,
      { usage: "--after <task>", description: "go on after this one, where an earlier list was cut" },
    ],
    examples: [
      { line: "tasks list --group ready --owner dave", does: "what dave could start now" },
      {
        line: "tasks list --group needs_attention --format json",
        does: "what needs a person, for a program",
      },
    ],
    load: async () => (await import("./commands/look/list.ts")).list,
  },
  {
    name: "show",
    insideRun: "allowed",
    arguments: [{ name: "task", required: true, description: "slug, id or workstream/slug" }],
    summary: "print one task: its facts, its place, its text",
    description: "Prints what the task's page shows, from the newest snapshot and from its one file.",
    flags: [REPO, FORMAT],
    examples: [{ line: "tasks show add-strict-owner-validation", does: "one task" }],
    load: async () => (await import("./commands/look/show.ts")).show,
  },
  {
    name: "why",
    insideRun: "allowed",
    arguments: [{ name: "task", required: true, description: "slug, id or workstream/slug" }],
    summary: "say which rule put a task where it is, and from what",
    description:
      "Prints the rule that matched, the rules before it that did not, and the facts they looked at.",
    flags: [REPO, FORMAT],
    examples: [{ line: "tasks why cut-ci-time-below-six-minutes", does: "why it is not ready" }],
    load: async () => (await import("./commands/look/why.ts")).why,
  },
  {
    name: "validate",
    insideRun: "allowed",
    summary: "check every file under tasks/ and name each flaw with its line",
    description:
      "Reads every file once and prints its flaws as file:line. Exits 1 when a file has an error; warnings alone are fine.",
    flags: [
      REPO,
      FORMAT,
      { usage: "--limit <number>", description: "at most this many flaws (default: 100)" },
    ],
    examples: [{ line: "tasks validate", does: "before a commit, or in CI" }],
    load: async () => (await import("./commands/look/validate.ts")).validate,
  },
  {
    name: "heartbeat",
    insideRun: "allowed",
    summary: "run one update and print what it found",
    description:
      "Runs one update and writes the snapshot file, or asks the process that holds the repository's lease for one and waits. Fit for cron.",
    flags: [REPO, OWNER, FORMAT, DISPATCH_READY],
    examples: [
      { line: "tasks heartbeat --owner dave --format json", does: "the snapshot of dave's tasks on stdout" },
    ],
    load: async () => (await import("./commands/run/heartbeat.ts")).heartbeat,
  },
  {
    name: "run",
    insideRun: "allowed",
    summary: "run updates until stopped, without a server",
    description: "Keeps the snapshot true without serving pages; a serve elsewhere shows what it publishes.",
    flags: [REPO, OWNER, { usage: "--kept", description: "started and watched by a server", hidden: true }],
    examples: [{ line: "tasks run --repo ~/work/app", does: "on the machine where the files are" }],
    load: async () => (await import("./commands/run/run.ts")).runUpdates,
  },
  ...RUN_COMMANDS,
  ...EDIT_COMMANDS,
  {
    name: "supervise",
    insideRun: "allowed",
    hidden: true,
    hearsSignals: true,
    summary: "stay beside a worker and write down how it ended",
    description: "Started by tasks itself, once for each attempt of a run; refused for any other.",
    flags: [
      REPO,
      { usage: "--run <id>", description: "the run" },
      { usage: "--epoch <number>", description: "the hand-over it belongs to" },
    ],
    examples: [
      { line: "tasks supervise --run 7f3a… --epoch 2 --repo ~/work/app", does: "what tasks itself starts" },
    ],
    load: async () => (await import("./commands/run/supervise.ts")).supervise,
  },
  {
    name: "init",
    insideRun: "allowed",
    arguments: [{ name: "folder", required: false, description: "where (default: the folder you are in)" }],
    summary: "make a small valid tree to start from",
    description:
      "Writes a workstream, a milestone, a person, two tasks and the settings file. Never overwrites anything.",
    flags: [],
    examples: [{ line: "tasks init ~/work/app", does: "then: tasks serve --repo ~/work/app" }],
    load: async () => (await import("./commands/run/init.ts")).init,
  },
  {
    name: "trust",
    insideRun: "refused",
    summary: "let a repository's settings run programs on this machine",
    description:
      "Prints what tasks/config.yaml sets that can run, start, send or open something, asks, and remembers the answer for these values. Until then they count as not set, and nothing starts; looking needs no trust. A value that changes is asked for again. See docs/trust.md.",
    flags: [
      REPO,
      { usage: "--yes", description: "do not ask" },
      { usage: "--revoke", description: "trust it no longer; workers that are alive go on" },
      FORMAT,
    ],
    examples: [
      { line: "tasks trust", does: "look at what it would run, then say yes or no" },
      { line: "tasks trust --yes --repo ~/work/app", does: "in a script, for a repository of your own" },
      { line: "tasks trust --revoke", does: "take it back" },
    ],
    load: async () => (await import("./commands/run/trust.ts")).trust,
  },
  {
    name: "config",
    insideRun: "allowed",
    summary: "print the settings in force and where each came from",
    description:
      "Settings come from flags, then TASKS_... variables, then your own settings, then tasks/config.yaml, then the defaults; the first that names one wins. A setting of tasks/config.yaml that waits for `tasks trust` counts as not set. All keys: docs/configuration.md.",
    flags: [REPO, FORMAT],
    examples: [
      { line: "TASKS_PAGE_ROWS=50 tasks config", does: "what would be in force with that variable" },
    ],
    load: async () => (await import("./commands/look/config.ts")).config,
  },
  {
    name: "version",
    insideRun: "allowed",
    summary: "print the version",
    description: "Prints the version of tasks and of the Node.js it runs on.",
    flags: [],
    examples: [{ line: "tasks version", does: "for a report" }],
    load: async () => (await import("./commands/look/version.ts")).version,
  },
];
