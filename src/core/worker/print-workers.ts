// Prints docs/workers.md: presets and placeholders are those of the code, compared in a test.

import { OUTER_PROGRAMS } from "./inherited-environment.ts";
import type { PROMPT_PLACEHOLDERS } from "./prompt.ts";
import { type COMMAND_PLACEHOLDERS, workerName } from "./worker-command.ts";
import { WORKER_PRESETS, type WorkerPreset } from "./worker-presets.ts";

/** The whole of docs/workers.md. */
export function workersReference(): string {
  const notes = WORKER_PRESETS.flatMap(({ title, note }) =>
    note === null ? [] : [`- **${title}**: ${note}`],
  );
  return [
    INTRODUCTION,
    PRESET_HEAD,
    ...WORKER_PRESETS.map(presetRow),
    "",
    ...WORKER_PRESETS.map(commandLine),
    "",
    ...notes,
    COMMAND,
    ...Object.entries(COMMAND_MEANINGS).map(placeholderRow),
    PROMPT,
    ...Object.entries(PROMPT_MEANINGS).map(placeholderRow),
    FINDS,
    ...OUTER_PROGRAMS.map(({ program, words }) => `| ${program} | ${words} |`),
    HANDSHAKE,
  ].join("\n");
}

function presetRow({ name, title, variables, login, permits }: WorkerPreset): string {
  const log = variables.map((variable) => `\`${variable}\``).join(" or ");
  return `| \`${name}\` | ${title} | ${log}; or ${login} | ${permits} |`;
}

function commandLine({ command }: WorkerPreset): string {
  return `- ${workerName(command)}: \`[${command.map((word) => JSON.stringify(word)).join(", ")}]\``;
}

function placeholderRow([name, meaning]: readonly [string, string]): string {
  return `| \`{${name}}\` | ${meaning} |`;
}

const COMMAND_MEANINGS: Readonly<Record<(typeof COMMAND_PLACEHOLDERS)[number], string>> = {
  prompt: "what the worker is told; past 40,000 characters, a sentence that leads to the file",
  prompt_file: "the file that holds it; absolute",
  slug: "the task's slug",
  task_file: "the task's file in the root; absolute",
  worktree: "the folder the worker is started in; absolute",
};

const PROMPT_MEANINGS: Readonly<Record<(typeof PROMPT_PLACEHOLDERS)[number], string>> = {
  title: "the task's title",
  slug: "its slug",
  task_file: "its file, relative to the repository",
  task_text:
    "the file's whole text as it is in the root, in a fence; with a word above it when it is not committed",
  worktree: "the folder the worker is started in; absolute",
  branch: "its branch",
  attempt: "1, 2, ...",
  follow_ups: "what people said since (`tasks continue`), with who; nothing when they said nothing",
  answer: "the worker's question and its answer, when it did not wait for it",
  last_attempt: "how the attempt before ended; nothing at the first",
};

const INTRODUCTION = `# Workers

<!-- Printed from src/core/worker/print-workers.ts; a test compares the two. After a change: UPDATE_DOCS=1 npx vitest run src/core/run -->

A worker is any program that can work on a task by itself: a coding agent, or a script of yours. It is started once for
each attempt, in the task's own git worktree, without a terminal and with nobody to ask but through \`tasks\`. How runs
live and end: [runs](runs.md).

\`\`\`
tasks worker               which command is configured, what is wrong with it, and the presets
tasks worker use claude    writes a preset's command into tasks/config.yaml, and keeps every comment there
tasks worker use -- my-agent --yes {prompt}    the same with any command of yours
tasks doctor               what else is in the way of a start
\`\`\`

What \`worker use\` writes is trusted on this machine by that act. A command that came with a repository is not: until you
trust it, it counts as not set ([trust](trust.md)). For all your repositories at once, put \`worker.command\` into your own
settings, \`~/.config/dataface-tasks/config.yaml\` ([configuration](configuration.md)).

## Presets

Each lets an agent work unattended. That permits a lot, so read what; who wants less writes their own command, or
lets the agent work in a container.
`;

const PRESET_HEAD = `| preset | agent | logs in with | what it permits |
|---|---|---|---|`;

const COMMAND = `
## The command

\`\`\`yaml
worker:
  command: ["claude", "-p", "{prompt}", "--dangerously-skip-permissions"]
\`\`\`

The first entry is the program, looked for on the PATH; the others are its arguments. There is no shell: nothing is split,
expanded or interpreted, whatever a task file says. These are replaced, all in one pass; \`{{slug}}\` stays as \`{slug}\`, and a
placeholder that does not exist is an error before anything is queued.

| in the command | becomes |
|---|---|`;

const PROMPT = `
## What it is told

The prompt says what the task is, where to work and how to tell of it. To say it in your own words, put a template at
\`tasks/worker-prompt.md\` (setting \`worker.prompt\`, a Markdown file below \`tasks/\`). Other words in braces stay as they are. What was said since the last attempt is
put first where the template does not ask for it, so that nothing is lost.

| in the template | becomes |
|---|---|`;

const FINDS = `
## What it finds

| variable | is |
|---|---|
| \`TASKS_REPO\` | the repository |
| \`TASKS_SLUG\`, \`TASKS_RUN\`, \`TASKS_EPOCH\` | which run it is; an earlier attempt that still talks is refused by its epoch |
| \`TASKS_RUN_PROOF\` | the secret of its attempt: \`tasks report\`, \`ask\` and \`finish\` are refused without it, so it has to reach the programs that the worker starts ([who acts](who-acts.md)) |
| \`TASKS_WORKTREE\` | the folder it starts in |
| \`TASKS_PORT_BASE\` | the first of its ports (\`worker.ports_per_run\`), which no other worker of this user on this machine has |

It starts in the folder of its worktree that stands for the repository you serve. That is the worktree itself, unless your
task tree lies in a subfolder of the git repository: with \`apps/shop/tasks\` it starts in \`.worktrees/<slug>/apps/shop\`, so that
\`tasks/…\` means the same there as in the root, and hooks of worktrees run there too.

First on its PATH is a \`tasks\` that reads these, so that the commands below need no arguments.

It inherits the rest of your environment, and so do its supervisor and the hooks of worktrees, without the variables in
which an outer program describes where it is or how its children must behave. \`tasks\` may be started from a git hook, a git
alias, a Makefile or an npm script; work then lands in the task's worktree all the same, and nowhere else. What you set for
yourself stays: \`PATH\`, \`HOME\`, keys of agents, \`NODE_OPTIONS\`, \`BASH_ENV\` and the like.

| of | does not reach a worker |
|---|---|`;

const HANDSHAKE = `
## How it tells

| command | says |
|---|---|
| \`tasks report --progress "writing the tests"\` | what it does: a sign of life, shown on the page |
| \`tasks report --waiting-on "CI 123" --until 14:20\` | that its silence until then means nothing |
| \`tasks ask "Which region?" --choice eu --choice us --wait\` | that only a person can decide; prints the answer. Without \`--wait\` it may end, and is started again with the answer |
| \`tasks finish --outcome done --note "what, and how it was checked"\` | that the work is done: the task goes to "in review" |
| \`tasks finish --outcome blocked --note "what is in the way"\` | that a person has to remove something |
| \`tasks finish --outcome failed --note "why"\` | that this attempt failed; it is tried again |

Where the store cannot take it at the moment, as on a full disk, what the worker says is kept beside its run (\`kept\` is
printed, exit code 0), and written down as soon as it can, at the latest before the worker's end is.

What it said counts more than its exit code. One that ends without an error and without an outcome is shown as just that:
somebody has to look.

## Editing the task file

A worker writes in its worktree's copy. The file in the root changes only by explicit commands, which keep every other
byte as it was: \`tasks create\`, \`tasks update <task> key=value\` and \`tasks complete <task>\`, which wants both gates ticked, or
\`--tick-gates\`, or \`--waive "why"\`. They write over nobody's work: a file that somebody else saves at the same moment stays as
they saved it, and the command says so (exit code 3).
`;
