// A signal is a fact about a task that a person should know. Tier 2 needs a person, tier 1 is worth watching.
// signal-table.ts has tier, sentence and evidence of each code; docs/signals.md is generated from it.

import * as z from "zod";

export const SIGNAL_CODES = [
  "invalid_task",
  "unknown_owner",
  "dependency_missing",
  "dependency_cycle",
  "dependency_cancelled",
  "task_proposed",
  "needs_answer",
  "worker_blocked",
  "dispatch_failed",
  "worker_gone",
  "dispatch_completed_unreconciled",
  "work_reverted",
  "duplicate_work",
  "pr_conflict",
  "pr_conflict_dirty_branch",
  "pr_conflict_needs_manual_rebase",
  "ci_failed",
  "dispatch_stalled",
  "wait_overdue",
  "worker_idle",
  "register_orphan",
  "budget_reached",
  "budget_near",
  "loop",
  "usage_limit",
  "action_denied",
  "left_running",
  "root_task_edited",
  "metadata_drift",
  "pickup_overdue",
  "stuck_in_progress",
  "review_overdue",
  "detector_doubt",
] as const;
export type SignalCode = (typeof SIGNAL_CODES)[number];

export const signalSchema = z.object({
  code: z.enum(SIGNAL_CODES),
  tier: z.union([z.literal(1), z.literal(2)]),
  /** One sentence, never with an age: ages are computed when it is shown. */
  sentence: z.string(),
  /** The facts behind the sentence by name: file, line, reference, since, threshold. */
  evidence: z.record(z.string(), z.string()),
  /** ISO 8601 UTC. */
  first_seen: z.string(),
  /** Silenced until then; `until` null: as long as the fact lasts. */
  acknowledged: z
    .object({
      kind: z.enum(["acknowledged", "snoozed"]),
      by: z.string(),
      at: z.string(),
      until: z.string().nullable(),
      note: z.string().nullable(),
    })
    .nullable(),
});

export type Signal = Readonly<z.infer<typeof signalSchema>>;
