// Every setting: one schema, each default with its reason. docs/configuration.md is printed from it.

import * as z from "zod";
import { workerSchema } from "./worker-schema.ts";

/** A worktree gets a few settings files, not data. */
const COPIED_FILES_MAX = 20;

/** Folders that installing, building or running a program recreates, by the names that ecosystems give them. */
const DISPOSABLE_FOLDERS = [
  ...["node_modules", "bower_components", ".yarn", ".pnpm-store"],
  ...["target", "dist", "build", "_build", ".build", "DerivedData", "coverage", ".nyc_output"],
  ...[".venv", "venv", "__pycache__", ".tox", ".nox", ".eggs", ".pytest_cache", ".mypy_cache", ".ruff_cache"],
  ...[
    ".cache",
    ".parcel-cache",
    ".turbo",
    ".vite",
    ".next",
    ".nuxt",
    ".svelte-kit",
    ".angular",
    ".docusaurus",
  ],
  ...[".gradle", ".dart_tool", ".stack-work", ".zig-cache", "zig-out", "elm-stuff", ".bundle", "Pods"],
];

/** A day. */
const SECONDS_MAX = 86_400;
/** Shorter waits end at once, without any load. */
const SHORTEST_WAIT_S = 0.001;
/** At most once a second: a cycle every 0.1 ms kept half a core busy. */
const SHORTEST_PERIOD_S = 1;
/** Shorter ones only raise and clear signals in turn, with a new snapshot each time. */
const SHORTEST_WARNING_MINUTES = 0.001;
const SHORTEST_WARNING_HOURS = 0.001;

const TIME = "([01]\\d|2[0-3]):[0-5]\\d";
/** 07:00 */
const TIME_OF_DAY = new RegExp(`^${TIME}$`);
/** 22:00-06:00 */
const TIME_SPAN = new RegExp(`^${TIME}-${TIME}$`);
/** 45m, 2h, 1d */
const DURATION = /^[1-9]\d{0,3}[mhd]$/;
/** 25% weekdays 08:00-18:00; without days or hours: always. */
const RESERVE = new RegExp(`^\\d{1,2}%( (weekdays|weekends|daily))?( ${TIME}-${TIME})?$`);
/** claude-sonnet-* 3 15 0.3 */
const PRICE = /^\S+( \d+(\.\d+)?){2,3}$/;

const budget = (what: string) =>
  z
    .number()
    .min(0.01)
    .max(1_000_000_000_000)
    .nullable()
    .default(null)
    .describe(
      `${what}. Watched at 80 %; at 100 % the run stops and a person may raise it. Without it: no limit.`,
    );

const wait = (fallback: number) => z.number().min(SHORTEST_WAIT_S).max(SECONDS_MAX).default(fallback);
const period = (fallback: number) => z.number().min(SHORTEST_PERIOD_S).max(SECONDS_MAX).default(fallback);
const minutes = (fallback: number) => z.number().min(SHORTEST_WARNING_MINUTES).max(100_000).default(fallback);
const count = (fallback: number, { min, max }: { min: number; max: number }) =>
  z.number().int().min(min).max(max).default(fallback);
/** 0 switches the check off. */
const share = (fallback: number, max: number) =>
  z
    .number()
    .min(0)
    .max(max)
    .refine((value) => value === 0 || value >= 0.01)
    .default(fallback);
const hours = (fallback: number) => z.number().min(SHORTEST_WARNING_HOURS).max(10_000).default(fallback);

export const configSchema = z.strictObject({
  owner: z
    .string()
    .nullable()
    .default(null)
    .describe("Whose tasks are shown by default: a person, alias or role. Without it: everyone."),
  server: z
    .strictObject({
      host: z
        .string()
        .default("127.0.0.1")
        .describe("Address to listen on. Only this machine can reach the default."),
      port: z
        .number()
        .int()
        .min(0)
        .max(65_535)
        .default(8005)
        .describe("Port to listen on. If the default is taken: the next free one."),
      allowed_hosts: z
        .array(z.string())
        .default([])
        .describe(
          "More names that a request's Host header may have, besides localhost and the loopback addresses.",
        ),
      log_level: z
        .enum(["error", "warn", "info", "debug"])
        .default("warn")
        .describe("What is logged to stderr."),
    })
    .prefault({}),
  refresh: z
    .strictObject({
      wait_ms: z
        .number()
        .int()
        .min(0)
        .max(30_000)
        .default(1500)
        .describe(
          "How long a page load waits for a cycle that starts after the request. Then it shows the last snapshot and says so.",
        ),
      max_cpu_percent: z
        .number()
        .min(1)
        .max(100)
        .default(20)
        .describe(
          "Processor time for cycles requested by page loads, as a share of one core over 10 s. A load above it says so.",
        ),
    })
    .prefault({}),
  cycle: z
    .strictObject({
      interval_s: period(15).describe(
        "A cycle runs at least this often: a third of the 45 s after which a page is late.",
      ),
      scan_interval_s: period(30).describe(
        "A full scan of the tree runs at least this often, in case a watch missed a change.",
      ),
      timeout_s: period(15).describe("A cycle that makes no progress for this long is stopped."),
    })
    .prefault({}),
  watch: z
    .enum(["auto", "polling"])
    .default("auto")
    .describe("`polling` never watches folders; for network file systems."),
  freshness: z
    .strictObject({
      late_s: period(45).describe("A page older than this is marked late: three cycles missed."),
      stale_s: period(90).describe("A page older than this is marked stale."),
    })
    .prefault({}),
  thresholds: z
    .strictObject({
      pickup_overdue_hours: hours(24).describe(
        "A task that is ready for this long needs a person. Half of it is worth watching.",
      ),
      stuck_in_progress_hours: hours(72).describe(
        "A task in progress that is unchanged for this long needs a person. Half of it is worth watching.",
      ),
      doubt_percent: z
        .number()
        .min(1)
        .max(100)
        .default(20)
        .describe(
          "If more than this share of a group turns stuck or overdue in one cycle, the clock is suspected, not the tasks.",
        ),
      look_closer_minutes: minutes(5).describe(
        "After this long without output or processor time, git checks the worktree for changes.",
      ),
      idle_watch_minutes: minutes(15).describe(
        "A worker without progress for this long is worth watching. 6 to 15 quiet minutes are normal.",
      ),
      idle_person_minutes: minutes(30).describe("A worker without progress for this long needs a person."),
      start_stalled_minutes: minutes(10).describe(
        "A claimed run whose worker has not started for this long needs a person.",
      ),
      grace_minutes: minutes(5).describe(
        "For this long after a runner took over or the clock jumped, no worker counts as idle.",
      ),
      review_overdue_hours: hours(24).describe(
        "A pull request that waits for a person for this long needs one. Half of it is worth watching.",
      ),
      reraise_hours: hours(4).describe(
        "An acknowledged signal that still holds is raised again after this long, at most twice.",
      ),
    })
    .prefault({}),
  workers: z
    .strictObject({
      default: z
        .string()
        .nullable()
        .default(null)
        .describe(
          "The worker of every task that names none. Without it: the one of worker.command, else the only one.",
        ),
      /** In files an entry stands beside `default`: `workers.careful`. */
      named: z.record(z.string(), workerSchema).default({}),
    })
    .prefault({}),
  worker: z
    .strictObject({
      command: z
        .array(z.string())
        .default([])
        .describe(
          "A worker of kind `command`, named after its program: a program and its arguments, started without a shell. {prompt}, {prompt_file}, {slug}, {task_file} and {worktree} are replaced.",
        ),
      prompt: z
        .string()
        .default("tasks/worker-prompt.md")
        .describe("Template of the worker's prompt. Without this file: the built-in one."),
      stop_grace_s: wait(10).describe(
        "Time between SIGTERM and the kill of a worker and its child processes.",
      ),
      ask_hold_min: minutes(30).describe(
        "A run that waits for an answer this long gives its slot back: its turn is interrupted and its session kept.",
      ),
      wait_hold_min: minutes(2).describe(
        "The same for a run that waits for a usage limit or for something it declared, such as CI.",
      ),
      log_max_mb: count(20, { min: 1, max: 10_000 }).describe(
        "How much of a worker's output is kept. The oldest is dropped.",
      ),
      transcript_days: count(30, { min: 0, max: 3_650 }).describe(
        "How long the log, the transcript and the prompt of a run are kept after it is closed.",
      ),
      port_base: count(20_000, { min: 1024, max: 60_000 }).describe(
        "First port of the blocks that runs get as TASKS_PORT_BASE.",
      ),
      ports_per_run: count(10, { min: 1, max: 1000 }).describe("Ports in each run's block."),
    })
    .prefault({}),
  dispatch: z
    .strictObject({
      automatic: z
        .boolean()
        .default(false)
        .describe("Start ready tasks automatically, highest priority first, then oldest."),
      workers_per_host: count(8, { min: 0, max: 1000 }).describe(
        "Workers on one machine at a time, including this user's other repositories. 0 starts none.",
      ),
      workers_per_owner: count(8, { min: 0, max: 1000 }).describe("Workers for one owner's tasks at a time."),
      attempts: count(3, { min: 1, max: 100 }).describe("Attempts before a failing run needs a person."),
      retry_first_s: wait(10).describe("Wait before the second attempt. Doubles with each further one."),
      retry_max_s: wait(300).describe("The longest wait between two attempts."),
      resume_after_limit: z
        .boolean()
        .default(true)
        .describe("Start held runs again when a usage limit is over. Off: only when a person asks for it."),
      at: z
        .string()
        .regex(TIME_SPAN)
        .nullable()
        .default(null)
        .describe("Start new tasks only then, in local time: 22:00-06:00. Without it: at any time."),
      max_in_review: z
        .number()
        .int()
        .min(1)
        .max(10_000)
        .nullable()
        .default(null)
        .describe("Start no new task while this many wait for a person's review. Repairs and answers go on."),
      min_free_gb: share(5, 100_000).describe(
        "Start nothing while less disk space is free where the worktrees are.",
      ),
      min_free_inodes_percent: share(5, 100).describe("Start nothing while fewer inodes are free there."),
      min_free_memory_gb: share(2, 100_000).describe("Start nothing while less memory is available."),
      keep_awake: z
        .boolean()
        .default(false)
        .describe("Keep this machine from idle sleep while workers run. A closed lid is stronger."),
    })
    .prefault({}),
  limits: z
    .strictObject({
      hand_over_after: z
        .string()
        .regex(DURATION)
        .nullable()
        .default(null)
        .describe(
          "Hand a run in progress to its worker's fallback when its wait exceeds this: 45m, 2h. Without it: only when a person asks.",
        ),
      reserve: z
        .array(z.string().regex(RESERVE))
        .default([])
        .describe(
          "Shares of each usage window that are kept for people, in local time: 25% weekdays 08:00-18:00. Starts wait above them.",
        ),
    })
    .prefault({}),
  budget: z
    .strictObject({
      run_usd: budget("US dollars of one run, all its attempts"),
      run_tokens: budget("Tokens of one run: input and output without what was read from a cache"),
      run_minutes: budget("Minutes at work of one run: neither asleep nor waiting"),
      run_tools: budget("Tool calls of one run"),
      day_usd: budget("US dollars of one day, all runs of this repository"),
      at_limit: z
        .enum(["finish_turn", "interrupt"])
        .default("finish_turn")
        .describe(
          "When a run's budget is used up: `finish_turn` asks the worker to commit and stop, then interrupts at its next tool; `interrupt` does so at once.",
        ),
    })
    .prefault({}),
  costs: z
    .strictObject({
      prices: z
        .array(z.string().regex(PRICE))
        .default([])
        .describe(
          "US dollars per million tokens, for agents that do not say what they cost: MODEL INPUT OUTPUT, or MODEL INPUT OUTPUT CACHED. MODEL may end in *.",
        ),
    })
    .prefault({}),
  notify: z
    .strictObject({
      browser: z.boolean().default(false).describe("Notify in the browser while one of these pages is open."),
      command: z
        .array(z.string())
        .default([])
        .describe(
          "Program and arguments, started without a shell; title, text and link come as TASKS_TITLE, TASKS_TEXT and TASKS_URL.",
        ),
      ntfy: z.string().nullable().default(null).describe("Address of an ntfy topic: https://ntfy.sh/TOPIC."),
      webhook: z
        .string()
        .nullable()
        .default(null)
        .describe("Address that gets each notification as JSON by POST; docs/notifications.md has its form."),
      allow: z
        .array(z.string())
        .default([])
        .describe(
          "Hosts or addresses that notifications may be sent to although they are private, or without TLS. Public ones with https need no entry.",
        ),
      kinds: z
        .array(z.enum(["needs_you", "resolved", "digest"]))
        .default(["needs_you", "resolved", "digest"])
        .describe("What is sent: `needs_you`, `resolved` (no longer waiting), `digest`."),
      digest_at: z
        .string()
        .regex(TIME_OF_DAY)
        .default("07:00")
        .describe("When the digest is sent each day, in local time."),
      content: z
        .boolean()
        .default(false)
        .describe("Name tasks and questions. Off: only how many wait, so that nothing leaves this machine."),
    })
    .prefault({}),
  github: z
    .strictObject({
      repository: z
        .string()
        .regex(/^[\w.-]+\/[\w.-]+$/)
        .nullable()
        .default(null)
        .describe("`owner/name` of the repository with the pull requests. Without it: the git remote's."),
      base_url: z
        .string()
        .default("https://api.github.com")
        .describe("Address of GitHub's API. For Enterprise: https://HOST/api/v3."),
      branches: z
        .array(z.string().regex(/^[^{}]*\{slug\}[^{}]*$/))
        .default(["task/{slug}", "*/{slug}"])
        .describe(
          "Names of a task's branches, besides its run's own: {slug} is the whole slug, * matches anything.",
        ),
      reserve: count(1_000, { min: 0, max: 4_999 }).describe(
        "Of 5,000 requests an hour, this many are left to other users of the token. Below that, only Refresh sends any.",
      ),
    })
    .prefault({}),
  delivery: z
    .strictObject({
      rebase: z
        .enum(["off", "safe"])
        .default("off")
        .describe(
          "`safe` rebases and pushes the branch of a conflicting pull request in its own worktree, if that is clean and no worker uses it.",
        ),
      repair: z
        .enum(["off", "agent"])
        .default("off")
        .describe("`agent` sends a conflict or failing checks back to the same worker, at most twice."),
    })
    .prefault({}),
  worktree: z
    .strictObject({
      base: z
        .string()
        .nullable()
        .default(null)
        .describe(
          "Branch or commit that new branches start from. Without it: the remote's default branch, or else the current branch.",
        ),
      disposable: z
        .array(z.string())
        .default([...DISPOSABLE_FOLDERS])
        .describe(
          "Names of folders that can be recreated. Files that git ignores in them do not keep a worktree from being removed.",
        ),
      copy: z
        .array(z.string())
        .max(COPIED_FILES_MAX)
        .default([])
        .describe(
          "Files of the repository that git ignores, such as .env, copied into a worktree that lacks them. At most 1 MB each, no links; a file that cannot be copied fails the start. Values in them are kept out of logs.",
        ),
      after_create: z
        .array(z.string())
        .default([])
        .describe(
          "Program and arguments run in a new worktree, such as npm ci. Its failure fails the start.",
        ),
      before_run: z
        .array(z.string())
        .default([])
        .describe(
          "Program and arguments run in the worktree before each start. Its failure fails the start.",
        ),
      before_remove: z
        .array(z.string())
        .default([])
        .describe(
          "Program and arguments run in a worktree before it is removed. Its failure keeps the worktree.",
        ),
      hook_timeout_s: period(600).describe("Time limit of each hook."),
    })
    .prefault({}),
  page: z
    .strictObject({
      rows: z
        .number()
        .int()
        .min(1)
        .max(200)
        .default(25)
        .describe("Rows of a list before it is paged. Keeps the page under 30 KB with any number of tasks."),
      refresh_s: z
        .number()
        .int()
        .min(0)
        .max(3600)
        .default(30)
        .describe("How often a browser without JavaScript reloads /status. 0 for never."),
    })
    .prefault({}),
});

export type Config = Readonly<z.infer<typeof configSchema>>;
