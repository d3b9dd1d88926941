// Every setting there is: one schema, each default with its reason. docs/configuration.md is printed from it.
// Precedence, resolved once in load.ts: flag > environment > tasks/config.yaml > default.

import { z } from "zod";

const seconds = (fallback: number) => z.number().positive().max(86_400).default(fallback);
const hours = (fallback: number) => z.number().positive().max(10_000).default(fallback);

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
        .describe("How long a page load waits for a fresh cycle before it answers with what there is."),
      min_interval_ms: z
        .number()
        .int()
        .min(0)
        .max(60_000)
        .default(1000)
        .describe("At most one cycle is started by page loads in this time, however many there are."),
    })
    .prefault({}),
  cycle: z
    .strictObject({
      interval_s: seconds(15).describe(
        "A cycle runs at least this often: a third of the 45 s after which a page is late.",
      ),
      scan_interval_s: seconds(30).describe(
        "A full scan of the tree runs at least this often: watches are hints, scans are truth.",
      ),
      timeout_s: seconds(15).describe("A cycle that takes longer is stopped from outside."),
    })
    .prefault({}),
  watch: z
    .enum(["auto", "polling"])
    .default("auto")
    .describe("`polling` never watches folders: for network file systems."),
  freshness: z
    .strictObject({
      late_s: seconds(45).describe("A page older than this says it is late: three cycles missed."),
      stale_s: seconds(90).describe("A page older than this says it is stale."),
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
