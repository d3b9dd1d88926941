// What a run and a day may use (`budget` in the settings).

/** As in the settings; null: no limit. */
export type BudgetLimits = {
  readonly run_usd: number | null;
  readonly run_tokens: number | null;
  readonly run_minutes: number | null;
  readonly run_tools: number | null;
  readonly day_usd: number | null;
};

export const NO_LIMITS: BudgetLimits = {
  run_usd: null,
  run_tokens: null,
  run_minutes: null,
  run_tools: null,
  day_usd: null,
};
