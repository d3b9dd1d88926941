// The commands that edit files of the repository, because somebody says so: task files and the worker's setting. Part of
// command-list.ts.

import { AS } from "./contract/actor.ts";
import type { CommandSpec } from "./contract/command.ts";
import { FORMAT, REPO } from "./contract/flags.ts";

const NAME = { name: "task", required: true, description: "slug, id or workstream/slug" } as const;

/** `status=completed` and what goes with it say what `tasks complete` says. */
function closesTask(change: string): boolean {
  return /^(?:status=\s*["']?(?:completed|cancelled)|(?:completed|completed_by|gates_waived)=)/i.test(
    change.trim(),
  );
}

export const EDIT_COMMANDS: readonly CommandSpec[] = [
  {
    name: "create",
    insideRun: "allowed",
    arguments: [{ name: "slug", required: true, description: "name of the file, lower case with dashes" }],
    summary: "write a new task file from the template",
    description:
      "Writes tasks/workstreams/<workstream>/tasks/<slug>.md with the template's sections and prints its path. Owner, milestone, initiative and dependencies have to exist; nothing is ever overwritten.",
    flags: [
      REPO,
      { usage: "--workstream <slug>", description: "the workstream it belongs to" },
      { usage: "--title <text>", description: "what is to be done, one line" },
      { usage: "--description <text>", description: "a sentence or two" },
      { usage: "--status <status>", description: "where it stands (default: not_started)" },
      { usage: "--priority <priority>", description: "p0 (first) to p3" },
      { usage: "--owner <name>", description: "a person, alias or role" },
      { usage: "--milestone <slug>", description: "a milestone" },
      { usage: "--initiative <slug>", description: "an initiative" },
      { usage: "--depends <names>", description: "tasks it waits for, with commas: slugs or ids" },
      FORMAT,
    ],
    examples: [
      {
        line: 'tasks create fix-the-page --workstream infra --title "Fix the page" --owner dave --status ready',
        does: "a task that can be picked up",
      },
    ],
    load: async () => (await import("./commands/plan/create.ts")).create,
  },
  {
    name: "update",
    insideRun: ({ arguments: [, ...keys] }) => (keys.some(closesTask) ? "refused" : "allowed"),
    arguments: [
      NAME,
      {
        name: "keys",
        required: true,
        variadic: true,
        description: "key=value: what a key is to say; key= removes it",
      },
    ],
    summary: "change keys of a task file, and no other byte of it",
    description:
      "Changes front matter keys and keeps everything else: comments, order, quotes, line ends, unknown keys. Values are checked first. A file that somebody else changes at the same moment stays as they saved it.",
    flags: [
      REPO,
      { usage: "--any-key", description: "write keys that tasks itself does not read, too" },
      FORMAT,
    ],
    examples: [
      { line: "tasks update fix-the-page status=ready priority=p1", does: "two keys" },
      {
        line: "tasks update fix-the-page dependencies=write-it,test-it owner=",
        does: "a list, and no owner",
      },
    ],
    load: async () => (await import("./commands/plan/update.ts")).update,
  },
  {
    name: "complete",
    insideRun: "refused",
    arguments: [NAME],
    summary: "say in a task file that the task is done, by whom and when",
    description:
      "Writes status, completed_by and completed. Both gates have to be ticked, or are ticked by --tick-gates, or waived with a reason that is written down as gates_waived.",
    flags: [
      REPO,
      AS,
      { usage: "--by <name>", description: "who did it (default: who acts)" },
      { usage: "--date <date>", description: "when, as 2026-03-24 (default: today)" },
      { usage: "--tick-gates", description: "tick the gates that are open: they were done" },
      { usage: "--waive <reason>", description: "leave them open, and write down why" },
      FORMAT,
    ],
    examples: [
      { line: "tasks complete fix-the-page --tick-gates", does: "explored and reviewed" },
      { line: 'tasks complete fix-the-page --by mia --waive "no user interface"', does: "without its gates" },
    ],
    load: async () => (await import("./commands/plan/complete.ts")).complete,
  },
  {
    name: "worker",
    insideRun: ({ arguments: [verb] }) => (verb === undefined ? "allowed" : "refused"),
    arguments: [
      { name: "use", required: false, description: "write worker.command into tasks/config.yaml" },
      {
        name: "worker",
        required: false,
        variadic: true,
        description: "claude, codex, gemini, copilot or aider; or a program and its arguments",
      },
    ],
    summary: "print the worker that tasks are given to, and the presets",
    description:
      "Prints the configured command, what is wrong with it, and the presets of common agents. `use` writes a preset's command, or one of your own, into the settings, keeps every comment there, says what it permits, and trusts it on this machine. See docs/workers.md.",
    flags: [REPO, FORMAT],
    examples: [
      { line: "tasks worker", does: "which one is configured" },
      { line: "tasks worker use claude", does: "let Claude Code work on tasks" },
      { line: "tasks worker use -- my-agent --yes {prompt}", does: "or any program of yours" },
    ],
    load: async () => (await import("./commands/run/worker.ts")).worker,
  },
];
