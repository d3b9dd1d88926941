// Which settings can run, start, send or open something: a repository's file may give them only once its user trusts
// them (docs/trust.md). The type names every key of the schema, so that a key in neither class does not compile.

import type { Config } from "./schema.ts";

type KeyOf<Section> = {
  [Name in keyof Section & string]: Section[Name] extends
    | string
    | number
    | boolean
    | null
    | readonly unknown[]
    ? Name
    : `${Name}.${KeyOf<Section[Name]>}`;
}[keyof Section & string];

/** As in `server.port`. */
export type SettingKey = KeyOf<Config>;

/** `guarded`: counts as not set until trusted. `plain`: at worst the page shows less, or something odd. */
type Guard = "guarded" | "plain";

const GUARDS: Readonly<Record<SettingKey, Guard>> = {
  owner: "plain",
  // Opens the pages to other machines, and to names that lead a browser here.
  "server.host": "guarded",
  "server.allowed_hosts": "guarded",
  "server.port": "plain",
  "server.log_level": "plain",
  // How often and how long: the schema's bounds keep each of these harmless.
  "refresh.wait_ms": "plain",
  "refresh.max_cpu_percent": "plain",
  "cycle.interval_s": "plain",
  "cycle.scan_interval_s": "plain",
  "cycle.timeout_s": "plain",
  watch: "plain",
  "freshness.late_s": "plain",
  "freshness.stale_s": "plain",
  "thresholds.pickup_overdue_hours": "plain",
  "thresholds.stuck_in_progress_hours": "plain",
  "thresholds.doubt_percent": "plain",
  "thresholds.look_closer_minutes": "plain",
  "thresholds.idle_watch_minutes": "plain",
  "thresholds.idle_person_minutes": "plain",
  "thresholds.start_stalled_minutes": "plain",
  "thresholds.grace_minutes": "plain",
  "thresholds.review_overdue_hours": "plain",
  "thresholds.reraise_hours": "plain",
  // Which program works, what it is asked, and what it may use of the machine.
  "worker.command": "guarded",
  "worker.prompt": "guarded",
  "worker.stop_grace_s": "guarded",
  "worker.log_max_mb": "guarded",
  "worker.port_base": "guarded",
  "worker.ports_per_run": "guarded",
  // Whether workers start by themselves, how many, and how often again.
  "dispatch.automatic": "guarded",
  "dispatch.workers_per_host": "guarded",
  "dispatch.workers_per_owner": "guarded",
  "dispatch.attempts": "guarded",
  "dispatch.retry_first_s": "guarded",
  "dispatch.retry_max_s": "guarded",
  // Where the token goes, and what is asked for with it.
  "github.repository": "guarded",
  "github.base_url": "guarded",
  // Only sorts pull requests that are known already.
  "github.branches": "plain",
  "github.reserve": "plain",
  // Pushes to branches, and starts workers again.
  "delivery.rebase": "guarded",
  "delivery.repair": "guarded",
  // Programs of their own, and the commit that they and the worker find.
  "worktree.base": "guarded",
  "worktree.after_create": "guarded",
  "worktree.before_run": "guarded",
  "worktree.hook_timeout_s": "guarded",
  // What may be removed unasked.
  "worktree.disposable": "guarded",
  "page.rows": "plain",
  "page.refresh_s": "plain",
};

export function isGuarded(key: string): boolean {
  return Object.hasOwn(GUARDS, key) && GUARDS[key as SettingKey] === "guarded";
}

/** Every key that was classified: for the test that compares them with the schema. */
export const CLASSIFIED_KEYS: readonly string[] = Object.keys(GUARDS);
