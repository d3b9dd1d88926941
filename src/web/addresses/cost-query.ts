// Addresses of /costs.

import type { CostGrouping } from "../../core/costs/cost-table.ts";

/** Days that the page can show, today included. */
export const COST_DAYS = [1, 7, 30, 90] as const;
export type CostDays = (typeof COST_DAYS)[number];

/** From a moment on; the hour in which it is counts as a whole. */
export function costsSinceUrl(by: CostGrouping, sinceMs: number, as: "" | ".json" = ""): string {
  return `/costs${as}?by=${by}&since=${sinceMs}`;
}

export function costsUrl(by: CostGrouping, days: CostDays, as: "" | ".json" = ""): string {
  return `/costs${as}?by=${by}&days=${days}`;
}
