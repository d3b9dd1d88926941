// Every setting there is: one schema, each default with its reason. docs/configuration.md is printed from it.
// Precedence, resolved once in load.ts: flag > environment > tasks/config.yaml > default.

import * as z from "zod";

/** Folders that installing, building or running a program makes again, by the names that ecosystems give them. */
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
/** Shorter waits are answered at once, and are no load by themselves. */
const SHORTEST_WAIT_S = 0.001;
/** What is repeated is repeated at most once a second: a cycle each 0.1 ms kept half a core busy. */
const SHORTEST_PERIOD_S = 1;
/** Warning times below 60 ms only raise and clear signals in turn, with a new snapshot each time. */
const SHORTEST_WARNING_MINUTES = 0.001;
const SHORTEST_WARNING_HOURS = 0.001;

const wait = (fallback: number) => z.number().min(SHORTEST_WAIT_S).max(SECONDS_MAX).default(fallback);
const period = (fallback: number) => z.number().min(SHORTEST_PERIOD_S).max(SECONDS_MAX).default(fallback);
const minutes = (fallback: number) => z.number().min(SHORTEST_WARNING_MINUTES).max(100_000).default(fallback);
const count = (fallback: number, { min, max }: { min: number; max: number }) =>
  z.number().int().min(min).max(max).default(fallback);
const hours = (fallback: number) => z.number().min(SHORTEST_WARNING_HOURS).max(10_000).default(fallback);

export const configSchema = z.strictObject({
  owner: z
    .string()
    .nullable()
    .default(null)
    .describe(
      "Whose tasks are shown when nobody says otherwise: a person, alias or role. Without it: everyone.",
    ),
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
        .describe("Port to listen on; the next free one when it is taken and was not asked for."),
      allowed_hosts: z
        .array(z.string())
        .default([])
        .describe(
          "Further names, beside localhost and the loopback addresses, that a request's Host may carry.",
        ),
      log_level: z.enum(["error", "warn", "info", "debug"]).default("warn").describe("What goes to stderr."),
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
          "How long a page load waits for a cycle that began after it was asked; then it answers with what there is, and says so.",
        ),
      max_cpu_percent: z
        .number()
        .min(1)
        .max(100)
        .default(20)
        .describe(
          "Of one core over 10 s: what cycles that page loads ask for may cost. A load that is held back says so.",
        ),
    })
    .prefault({}),
  cycle: z
    .strictObject({
      interval_s: period(15).describe(
        "A cycle runs at least this often: a third of the 45 s after which a page is late.",
      ),
      scan_interval_s: period(30).describe(
        "A full scan of the tree runs at least this often: watches are hints, scans are truth.",
      ),
      timeout_s: period(15).describe("A cycle that makes no progress for so long is stopped from outside."),
    })
    .prefault({}),
  watch: z
    .enum(["auto", "polling"])
    .default("auto")
    .describe("`polling` never watches folders: for network file systems."),
  freshness: z
    .strictObject({
      late_s: period(45).describe("A page older than this says it is late: three cycles missed."),
      stale_s: period(90).describe("A page older than this says it is stale."),
    })
    .prefault({}),
  thresholds: z
    .strictObject({
      pickup_overdue_hours: hours(24).describe(
        "Ready for this long needs a person; half of it is worth watching.",
      ),
      stuck_in_progress_hours: hours(72).describe(
        "In progress and unchanged for this long needs a person; half of it is worth watching.",
      ),
      doubt_percent: z
        .number()
        .min(1)
        .max(100)
        .default(20)
        .describe(
          "More than this share of a group turning stuck or overdue in one cycle is taken for a fault of the detector.",
        ),
      look_closer_minutes: minutes(5).describe(
        "After this long without output or processor time, git is asked what changed in the worktree.",
      ),
      idle_watch_minutes: minutes(15).describe(
        "A worker without any witnessed progress for this long is worth watching: 6 to 15 quiet minutes are normal.",
      ),
      idle_person_minutes: minutes(30).describe(
        "A worker without any witnessed progress for this long needs a person.",
      ),
      start_stalled_minutes: minutes(10).describe(
        "A run that was picked up and whose worker has not started for this long needs a person.",
      ),
      grace_minutes: minutes(5).describe(
        "After a runner took over or a clock jumped, nothing is called idle for this long.",
      ),
      review_overdue_hours: hours(24).describe(
        "A pull request that waits for a person this long needs one; half of it is worth watching.",
      ),
      reraise_hours: hours(4).describe(
        "An acknowledged signal that still stands is raised again after this long, at most twice.",
      ),
    })
    .prefault({}),
  worker: z
    .strictObject({
      command: z
        .array(z.string())
        .default([])
        .describe(
          "The worker: a program and its arguments, started without a shell. {prompt}, {prompt_file}, {slug}, {task_file} and {worktree} are replaced. `tasks worker use` writes it.",
        ),
      prompt: z
        .string()
        .default("tasks/worker-prompt.md")
        .describe("Template of what a worker is told; the built-in one where there is no such file."),
      stop_grace_s: wait(10).describe(
        "A worker that is to end gets this long after SIGTERM before it is killed with all it started.",
      ),
      log_max_mb: count(20, { min: 1, max: 10_000 }).describe(
        "What is kept of a worker's output; of more than that, the oldest goes.",
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
        .describe("Start ready tasks without being asked, highest priority first, then oldest."),
      workers_per_host: count(8, { min: 0, max: 1000 }).describe(
        "Workers alive on one machine at a time, those of this user's other repositories counted; 0 starts none.",
      ),
      workers_per_owner: count(8, { min: 0, max: 1000 }).describe(
        "Workers alive for one owner's tasks at a time.",
      ),
      attempts: count(3, { min: 1, max: 100 }).describe("Attempts before a failing run needs a person."),
      retry_first_s: wait(10).describe("Wait before the second attempt; doubles with each further one."),
      retry_max_s: wait(300).describe("The longest wait between two attempts."),
    })
    .prefault({}),
  github: z
    .strictObject({
      repository: z
        .string()
        .regex(/^[\w.-]+\/[\w.-]+$/)
        .nullable()
        .default(null)
        .describe("`owner/name` of the repository whose pull requests count. Without it: the git remote's."),
      base_url: z
        .string()
        .default("https://api.github.com")
        .describe("Where GitHub's API is; for Enterprise https://HOST/api/v3."),
      branches: z
        .array(z.string().regex(/^[^{}]*\{slug\}[^{}]*$/))
        .default(["task/{slug}", "*/{slug}"])
        .describe(
          "Names of branches that belong to a task, beside its run's own: {slug} is the whole slug, * stands for anything.",
        ),
      reserve: count(1_000, { min: 0, max: 4_999 }).describe(
        "Of 5,000 requests an hour so many are left to others with the same token: below that only Refresh asks.",
      ),
    })
    .prefault({}),
  delivery: z
    .strictObject({
      rebase: z
        .enum(["off", "safe"])
        .default("off")
        .describe(
          "`safe` rebases and pushes the branch of a pull request that conflicts, in its own worktree, when that is clean and no worker is there.",
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
          "Branch or commit that new branches start from. Without it: the remote's default branch, else the branch that is checked out.",
        ),
      disposable: z
        .array(z.string())
        .default([...DISPOSABLE_FOLDERS])
        .describe(
          "Names of folders that can be made again. What git ignores below them is no reason for a worktree to stay.",
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
      hook_timeout_s: period(600).describe("Either is stopped after this time."),
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
        .describe(
          "Rows a list shows before it is paged: keeps the page under 30 KB however many tasks there are.",
        ),
      refresh_s: z
        .number()
        .int()
        .min(0)
        .max(3600)
        .default(30)
        .describe("How often a browser without script reloads /status; 0 for never."),
    })
    .prefault({}),
});

/** Resolved settings. Units are in the names. */
export type Config = Readonly<z.infer<typeof configSchema>>;
