// The commands of runs: kicking off, starting, watching, talking to workers, reconciling. Part of command-list.ts.

import { AS } from "./contract/actor.ts";
import type { CommandSpec, Flag } from "./contract/command.ts";
import { FORMAT, OWNER, REPO, TASK } from "./contract/flags.ts";

const NAME = { name: "task", required: true, description: "slug, id or workstream/slug" } as const;

/** What only says what would be done decides nothing. */
const unlessDryRun: CommandSpec["insideRun"] & object = ({ flags }) =>
  flags["dry-run"] === true ? "allowed" : "refused";

const NOTE: Flag = { usage: "--note <text>", description: "why, or what else there is to say" };

const UNTIL: Flag = {
  usage: "--until <time>",
  description: "a time of day (14:20), a duration (45m, 2h) or a moment (2026-03-24T14:20)",
};

const RUN_LIMIT: Flag = { usage: "--limit <number>", description: "at most this many lines (default: 50)" };

const CODE: Flag = {
  usage: "--code <signal>",
  description: "only this signal (default: every open one that needs a person)",
};

const STARTING: readonly CommandSpec[] = [
  {
    name: "kickoff",
    insideRun: "recorded",
    arguments: [{ ...NAME, variadic: true }],
    summary: "queue tasks to be worked on by the configured worker",
    description:
      "Queues each task after checking what a start needs; the task's file stays as it is. A running runner starts it when its turn comes, --now starts it from here.",
    flags: [
      REPO,
      AS,
      NOTE,
      {
        usage: "--now",
        description: "start the workers from this process, and return when they are at work",
      },
      FORMAT,
    ],
    examples: [
      { line: "tasks kickoff add-strict-owner-validation", does: "queue one task" },
      {
        line: "tasks kickoff fix-ci fix-docs --now",
        does: "start two workers, also where no runner is alive",
      },
    ],
    load: async () => (await import("./commands/work/kickoff.ts")).kickoff,
  },
  {
    name: "dispatch",
    insideRun: unlessDryRun,
    summary: "start queued and ready tasks from this process",
    description:
      "Starts what is queued, and ready tasks whose dependencies are completed: highest priority first, then oldest, as far as the limits per machine and owner allow. Workers live on when it ends.",
    flags: [
      REPO,
      AS,
      {
        usage: "--dry-run",
        description: "print the plan, with the reason for every task that is not started",
      },
      { usage: "--max <number>", description: "start at most this many" },
      RUN_LIMIT,
      FORMAT,
    ],
    examples: [
      { line: "tasks dispatch --dry-run", does: "what would be started, and why the rest is not" },
      { line: "tasks dispatch --max 2", does: "start the first two of the line" },
    ],
    load: async () => (await import("./commands/work/dispatch.ts")).dispatch,
  },
  {
    name: "pause",
    insideRun: "refused",
    summary: "hold every start and retry; workers at work go on",
    description: "Nothing is started or tried again, by whomever, until `tasks resume`. Survives restarts.",
    flags: [REPO, AS, NOTE, FORMAT],
    examples: [{ line: 'tasks pause --note "release day"', does: "with a reason on the page" }],
    load: async () => (await import("./commands/work/pause.ts")).pause,
  },
  {
    name: "resume",
    insideRun: "refused",
    summary: "let starts and retries go on after a pause",
    description: "Ends the pause, whoever made it.",
    flags: [REPO, AS, NOTE, FORMAT],
    examples: [{ line: "tasks resume", does: "what is queued starts" }],
    load: async () => (await import("./commands/work/resume.ts")).resume,
  },
  {
    name: "stop",
    insideRun: "refused",
    arguments: [{ ...NAME, required: false, variadic: true }],
    summary: "end the workers of tasks, or take tasks out of the line",
    description:
      "Ends the worker with all that it started and waits until it is gone; a queued task leaves the line; a run whose worker has ended is closed. The task is not started automatically until it is kicked off again. Worktrees and branches stay. --all asks first.",
    flags: [
      REPO,
      AS,
      NOTE,
      { usage: "--all", description: "every worker and everything queued, after a question" },
      { usage: "--yes", description: "with --all: do not ask" },
      FORMAT,
    ],
    examples: [
      { line: "tasks stop fix-ci", does: "one task" },
      { line: "tasks stop --all", does: "all of them, after saying how many" },
    ],
    load: async () => (await import("./commands/work/stop.ts")).stop,
  },
  {
    name: "continue",
    insideRun: ({ flags }) => (flags["interrupt"] === true ? "refused" : "recorded"),
    arguments: [NAME],
    summary: "tell a task's worker more; never starts a second one beside it",
    description:
      "The worker is told when the one at work has ended, in the same worktree; --interrupt ends that one for it.",
    flags: [
      REPO,
      AS,
      { usage: "--prompt <text>", description: "what the worker is told" },
      { usage: "--interrupt", description: "end the worker at work and start it again with this" },
      FORMAT,
    ],
    examples: [
      {
        line: 'tasks continue fix-ci --prompt "use the new API" --interrupt',
        does: "at once, not when it has finished",
      },
    ],
    load: async () => (await import("./commands/work/continue.ts")).continueRun,
  },
];

const WATCHING: readonly CommandSpec[] = [
  {
    name: "runs",
    insideRun: "allowed",
    arguments: [{ ...NAME, required: false }],
    summary: "list runs: who worked on what, and how it went",
    description: "Prints runs of one task or of all, the newest wish first.",
    flags: [
      REPO,
      RUN_LIMIT,
      { usage: "--before <run>", description: "go on with older ones, where an earlier list was cut" },
      FORMAT,
    ],
    examples: [{ line: "tasks runs fix-ci --format json", does: "all attempts at one task, for a program" }],
    load: async () => (await import("./commands/look/runs.ts")).runs,
  },
  {
    name: "logs",
    insideRun: "allowed",
    arguments: [NAME],
    summary: "print what a task's worker says",
    description:
      "Prints the end of the output of the newest run; with --follow what comes, until the run has ended.",
    flags: [
      REPO,
      { usage: "-f, --follow", description: "go on until the run has ended" },
      { usage: "--lines <number>", description: "so many lines from the end (default: 100)" },
      { usage: "--run <run>", description: "of an earlier run, as `tasks runs --format json` names it" },
      FORMAT,
    ],
    examples: [{ line: "tasks logs fix-ci -f", does: "read along" }],
    load: async () => (await import("./commands/look/logs.ts")).logs,
  },
  {
    name: "is-active",
    insideRun: "allowed",
    arguments: [NAME],
    summary: "say whether somebody works on a task now, as an exit code",
    description: "Exits 0 while a worker or a claim is live, else 1.",
    flags: [REPO, FORMAT],
    examples: [{ line: "tasks is-active fix-ci && echo busy", does: "in a script" }],
    load: async () => (await import("./commands/look/is-active.ts")).isActive,
  },
  {
    name: "worktrees",
    insideRun: (typed) => (typed.arguments.length === 0 ? "allowed" : unlessDryRun(typed)),
    arguments: [{ name: "prune", required: false, description: "remove those that are safe to remove" }],
    summary: "list the worktrees of tasks, and which of them may go",
    description:
      "Prints owner, size, changes and whether a worktree is safe to remove, and why not. `prune` removes those whose run is closed and whose work is all in the base, squashed or rebased counts too; never dirty or unmerged work. What exists nowhere else stays and is named: files that git ignores, except below the folders of worktree.disposable, commits on no branch, and what only a submodule has.",
    flags: [
      REPO,
      { usage: "--dry-run", description: "with prune: only say which would be removed" },
      {
        usage: "--discard",
        description:
          "with prune: also remove what exists nowhere else; never changes, or commits of a branch",
      },
      RUN_LIMIT,
      FORMAT,
    ],
    examples: [
      { line: "tasks worktrees", does: "what there is" },
      { line: "tasks worktrees prune --dry-run", does: "what could go" },
    ],
    load: async () => (await import("./commands/look/worktrees.ts")).worktrees,
  },
  {
    name: "acknowledge",
    insideRun: "refused",
    arguments: [NAME],
    summary: "say that somebody has seen what needs a person about a task",
    description:
      "Its signals ask for nobody until the time is up (default: thresholds.reraise_hours, at most twice); the task goes to the group it would be in without them, with the mark.",
    flags: [
      REPO,
      AS,
      CODE,
      UNTIL,
      NOTE,
      { usage: "--withdraw", description: "take it back: they ask again" },
      FORMAT,
    ],
    examples: [
      {
        line: 'tasks acknowledge fix-ci --until 16:00 --note "waiting for ops"',
        does: "until the afternoon",
      },
    ],
    load: async () => (await import("./commands/work/acknowledge.ts")).acknowledge,
  },
  {
    name: "snooze",
    insideRun: "refused",
    arguments: [NAME],
    summary: "be asked again about a task at a time you choose",
    description: "As acknowledge, but the signals ask again at that time however often they did before.",
    flags: [REPO, AS, CODE, UNTIL, NOTE, FORMAT],
    examples: [{ line: "tasks snooze fix-ci --until 2h", does: "not now" }],
    load: async () => (await import("./commands/work/snooze.ts")).snooze,
  },
  {
    name: "answer",
    insideRun: "refused",
    arguments: [NAME, { name: "text", required: true, description: "the answer, or one of the choices" }],
    summary: "answer what a task's worker asked",
    description: "A waiting worker gets it at once; one that has ended is continued with it.",
    flags: [REPO, AS, FORMAT],
    examples: [{ line: 'tasks answer deploy-to-eu "eu-west-1"', does: "the worker goes on" }],
    load: async () => (await import("./commands/work/answer.ts")).answer,
  },
];

const WORKING: readonly CommandSpec[] = [
  {
    name: "next",
    insideRun: ({ flags }) => (flags["claim"] === true ? "recorded" : "allowed"),
    summary: "print the next task to work on, and perhaps claim it",
    description:
      "The first ready task of the line that nobody works on or is to. Exits 1 when there is none. --claim makes it yours, and two who ask at once get two tasks.",
    flags: [
      REPO,
      OWNER,
      AS,
      { usage: "--claim", description: "claim it, for work by hand" },
      { usage: "--worktree <folder>", description: "with --claim: where you work on it" },
      FORMAT,
    ],
    examples: [
      {
        line: "tasks next --claim --as agent-7 --format json",
        does: "for an agent that somebody else started",
      },
    ],
    load: async () => (await import("./commands/plan/next.ts")).next,
  },
  {
    name: "claim",
    insideRun: "recorded",
    arguments: [NAME],
    summary: "say that you work on a task by hand",
    description:
      "For a person, or an agent that somebody else started: the same one claim per task, shown as by hand, never ended or tried again from here.",
    flags: [REPO, AS, NOTE, { usage: "--worktree <folder>", description: "where you work on it" }, FORMAT],
    examples: [{ line: "tasks claim fix-ci --worktree ../fix-ci", does: "progress is seen there" }],
    load: async () => (await import("./commands/plan/claim.ts")).claim,
  },
  {
    name: "release",
    insideRun: "recorded",
    arguments: [NAME],
    summary: "give back a task that was claimed by hand",
    description: "Ends the claim; the task is where its file puts it.",
    flags: [REPO, AS, NOTE, FORMAT],
    examples: [{ line: "tasks release fix-ci", does: "somebody else may take it" }],
    load: async () => (await import("./commands/plan/release.ts")).release,
  },
  {
    name: "report",
    insideRun: "allowed",
    summary: "for workers: say how far you are, or what you wait for",
    description:
      "A worker needs no arguments to say which run it is; by hand, name the task. A wait without a time is one of 60 min.",
    flags: [
      REPO,
      TASK,
      { usage: "--progress <text>", description: "what you are doing" },
      { usage: "--waiting-on <text>", description: "what you wait for" },
      UNTIL,
      FORMAT,
    ],
    examples: [
      { line: 'tasks report --progress "writing the tests"', does: "shown on the page with its age" },
      { line: 'tasks report --waiting-on "CI 8812" --until 14:20', does: "silence until then is understood" },
    ],
    load: async () => (await import("./commands/agents/report.ts")).report,
  },
  {
    name: "ask",
    insideRun: "allowed",
    arguments: [{ name: "question", required: true, description: "what a person is to decide" }],
    summary: "for workers: ask a person",
    description:
      "Needs a person at once, on the page and in `tasks list`. With --wait the answer is the output; without, a worker that has ended is continued with it.",
    flags: [
      REPO,
      TASK,
      {
        usage: "--choice <text>",
        description: "a possible answer; may be given several times",
        repeated: true,
      },
      { usage: "--wait", description: "wait for the answer and print it" },
      FORMAT,
    ],
    examples: [{ line: 'tasks ask "Which region?" --choice eu --choice us --wait', does: "prints eu or us" }],
    load: async () => (await import("./commands/agents/ask.ts")).ask,
  },
  {
    name: "finish",
    insideRun: "allowed",
    summary: "for workers: say how the work went",
    description:
      "The last thing a worker says. `blocked` needs a person at once, `failed` is tried again, `done` is to be looked at.",
    flags: [
      REPO,
      TASK,
      { usage: "--outcome <outcome>", description: "how it went", choices: ["done", "blocked", "failed"] },
      { usage: "--note <text>", description: "what was done and how it was checked, or what is in the way" },
      FORMAT,
    ],
    examples: [{ line: 'tasks finish --outcome done --note "tests pass"', does: "ready to be looked at" }],
    load: async () => (await import("./commands/agents/finish.ts")).finish,
  },
];

const MENDING: readonly CommandSpec[] = [
  {
    name: "reconcile",
    insideRun: "allowed",
    summary: "bring runs, worktrees and files into agreement",
    description:
      "Recovers runs whose process is gone, tries again what is due, closes what is over, and tells what only a person can decide. Never removes dirty or unmerged work. The runner does the same in each update.",
    flags: [
      REPO,
      { usage: "--dry-run", description: "only say what would be done, and why" },
      { usage: "--from-hook", description: "for git hooks that an earlier version installed", hidden: true },
      RUN_LIMIT,
      FORMAT,
    ],
    examples: [{ line: "tasks reconcile --dry-run", does: "what does not agree" }],
    load: async () => (await import("./commands/work/reconcile.ts")).reconcile,
  },
  {
    name: "prs",
    insideRun: "allowed",
    summary: "print the pull requests of tasks, and what each waits for",
    description:
      "Those that wait for a person come first. Where no runner is alive, pull requests are looked up before, if it is time to.",
    flags: [
      REPO,
      OWNER,
      { usage: "--state <state>", description: "open (default), merged, closed or all" },
      RUN_LIMIT,
      { usage: "--after <task>", description: "go on after this one, where an earlier list was cut" },
      FORMAT,
    ],
    examples: [{ line: "tasks prs", does: "what is in review, and for whom it waits" }],
    load: async () => (await import("./commands/look/prs.ts")).prs,
  },
  {
    name: "deliver",
    insideRun: unlessDryRun,
    summary: "rebase and repair pull requests, as far as that is switched on",
    description:
      "Rebases branches that conflict (delivery.rebase) and sends conflicts and failing checks back to their workers (delivery.repair). The runner does the same by itself.",
    flags: [
      REPO,
      { usage: "--dry-run", description: "only say what would be done, also what is switched off" },
      RUN_LIMIT,
      FORMAT,
    ],
    examples: [{ line: "tasks deliver --dry-run", does: "what care of branches would do now" }],
    load: async () => (await import("./commands/work/deliver.ts")).deliver,
  },
  {
    name: "hooks",
    insideRun: "refused",
    arguments: [{ name: "what", required: true, description: "uninstall" }],
    summary: "remove the git hooks of an earlier version",
    description:
      "Removes the lines that `tasks hooks install` of an earlier version added to post-merge and post-checkout. Everything else in them stays.",
    flags: [REPO, FORMAT],
    examples: [{ line: "tasks hooks uninstall", does: "git starts nothing of ours any more" }],
    load: async () => (await import("./commands/run/hooks.ts")).hooks,
  },
  {
    name: "doctor",
    insideRun: "allowed",
    arguments: [{ ...NAME, required: false }],
    summary: "check what every start of a worker needs",
    description:
      "Looks at the worker's command, its program and git, as kickoff does before it queues a task, and at what else keeps work from starting. Exits 1 when something is in the way.",
    flags: [REPO, FORMAT],
    examples: [{ line: "tasks doctor", does: "before the first kickoff" }],
    load: async () => (await import("./commands/run/doctor.ts")).doctor,
  },
];

/** In the order of the help. */
export const RUN_COMMANDS: readonly CommandSpec[] = [...STARTING, ...WATCHING, ...WORKING, ...MENDING];
