// Settings that can run, start, send or open something: a repository's file sets them only once the user trusts it, and
// those that say where a person is reached not even then (docs/trust.md). The type lists every key of the schema, so an unclassified key does not compile.

import { hash } from "node:crypto";
import type { TrustRecord } from "../ports/tree/settings-files.ts";
import type { Config } from "./schema.ts";
import { namedWorkerOf } from "./worker-schema.ts";

/** A group whose keys the user chooses is in no list: isGuarded judges `workers.careful`. */
type KeyOf<Section> = {
  [Name in keyof Section & string]: Section[Name] extends
    | string
    | number
    | boolean
    | null
    | readonly unknown[]
    ? Name
    : string extends keyof Section[Name]
      ? never
      : `${Name}.${KeyOf<Section[Name]>}`;
}[keyof Section & string];

/** As in `server.port`. */
export type SettingKey = KeyOf<Config>;

/**
 * `guarded`: ignored until trusted. `own`: never read from a repository, because it says where a person is reached.
 * `plain`: at worst the page shows less.
 */
type Guard = "guarded" | "own" | "plain";

const GUARDS: Readonly<Record<SettingKey, Guard>> = {
  owner: "plain",
  // Open the pages to other machines and host names.
  "server.host": "guarded",
  "server.allowed_hosts": "guarded",
  "server.port": "plain",
  "server.log_level": "plain",
  // Harmless within the schema's bounds.
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
  // Which program runs, its prompt, and its resources.
  "workers.default": "guarded",
  "worker.command": "guarded",
  "worker.prompt": "guarded",
  "worker.stop_grace_s": "guarded",
  "worker.ask_hold_min": "guarded",
  "worker.wait_hold_min": "guarded",
  "worker.log_max_mb": "guarded",
  "worker.transcript_days": "guarded",
  "worker.port_base": "guarded",
  "worker.ports_per_run": "guarded",
  // Whether workers start automatically, how many, and how often they are retried.
  "dispatch.automatic": "guarded",
  "dispatch.workers_per_host": "guarded",
  "dispatch.workers_per_owner": "guarded",
  "dispatch.attempts": "guarded",
  "dispatch.retry_first_s": "guarded",
  "dispatch.retry_max_s": "guarded",
  "dispatch.resume_after_limit": "guarded",
  "dispatch.at": "guarded",
  "dispatch.max_in_review": "guarded",
  "dispatch.min_free_gb": "guarded",
  "dispatch.min_free_inodes_percent": "guarded",
  "dispatch.min_free_memory_gb": "guarded",
  "dispatch.keep_awake": "guarded",
  "limits.hand_over_after": "guarded",
  "limits.reserve": "guarded",
  // What may be spent.
  "budget.run_usd": "guarded",
  "budget.run_tokens": "guarded",
  "budget.run_minutes": "guarded",
  "budget.run_tools": "guarded",
  "budget.day_usd": "guarded",
  "budget.at_limit": "guarded",
  // Decides what counts against a budget.
  "costs.prices": "guarded",
  // Run a program, and send what tasks say to other machines: for whom is the user's own choice.
  "notify.browser": "own",
  "notify.command": "own",
  "notify.ntfy": "own",
  "notify.webhook": "own",
  "notify.allow": "own",
  "notify.kinds": "own",
  "notify.digest_at": "own",
  "notify.content": "own",
  // Where the token goes, and for which repository.
  "github.repository": "guarded",
  "github.base_url": "guarded",
  // Only matches pull requests that are already known.
  "github.branches": "plain",
  "github.reserve": "plain",
  // Push to branches, and restart workers.
  "delivery.rebase": "guarded",
  "delivery.repair": "guarded",
  // Hook programs, and the commit that hooks and workers start from.
  "worktree.base": "guarded",
  // Hands files of this machine to workers.
  "worktree.copy": "guarded",
  "worktree.after_create": "guarded",
  "worktree.before_run": "guarded",
  "worktree.before_remove": "guarded",
  "worktree.hook_timeout_s": "guarded",
  // What may be removed without asking.
  "worktree.disposable": "guarded",
  "page.rows": "plain",
  "page.refresh_s": "plain",
};

export function isGuarded(key: string): boolean {
  if (namedWorkerOf(key) !== null) return true;
  return Object.hasOwn(GUARDS, key) && GUARDS[key as SettingKey] === "guarded";
}

/** True for a setting that only the user's own settings, the environment and flags can set. */
export function isOwnOnly(key: string): boolean {
  return Object.hasOwn(GUARDS, key) && GUARDS[key as SettingKey] === "own";
}

/** For the test that compares them with the schema. */
export const CLASSIFIED_KEYS: readonly string[] = Object.keys(GUARDS);

export type GuardedValue = { readonly key: string; readonly value: unknown };

/** Null: the repository was never trusted. */
export function isTrusted(record: TrustRecord | null, { key, value }: GuardedValue): boolean {
  if (record === null || !Object.hasOwn(record.digests, key)) return false;
  return record.digests[key] === digestOf(value);
}

/** A digest of each value that a repository's file gives a guarded setting: a changed value must be trusted again. */
export function trustIn(values: readonly GuardedValue[]): TrustRecord {
  return { digests: Object.fromEntries(values.map(({ key, value }) => [key, digestOf(value)])) };
}

/** The record with these values added. */
export function alsoTrust(record: TrustRecord | null, values: readonly GuardedValue[]): TrustRecord {
  return { digests: { ...record?.digests, ...trustIn(values).digests } };
}

/** Texts, numbers, switches and lists of these have one JSON each; a worker's keys in another order are another value. */
function digestOf(value: unknown): string {
  return hash("sha256", JSON.stringify(value));
}
