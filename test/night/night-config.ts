// The settings of the night: three workers, two accounts, and cycles that begin with events rather than with a timer.

import { type Config, configSchema } from "../../src/config/schema.ts";
import type { NightPlan } from "./night-plan.ts";

export const ACCOUNTS = { careful: "team", quick: "solo", plain: "plain" } as const;

/** Ordinary tasks stay far below. */
export const RUN_TOKENS = 400_000;

type Settings = Pick<NightPlan, "place" | "atLimit" | "slots">;

export function nightConfig({ place, atLimit, slots = 3 }: Settings): Config {
  return configSchema.parse({
    cycle: { interval_s: 60, scan_interval_s: 3_600, timeout_s: 900 },
    dispatch: { automatic: true, workers_per_host: slots, workers_per_owner: slots, at: place.at },
    budget: { run_tokens: RUN_TOKENS, at_limit: atLimit },
    worktree: { after_create: ["set-up"] },
    workers: {
      default: "careful",
      named: {
        careful: { kind: "claude", account: ACCOUNTS.careful, selectable: true },
        quick: { kind: "claude", account: ACCOUNTS.quick, selectable: true },
        plain: {
          kind: "command",
          command: ["plain-agent", "--prompt", "{prompt_file}"],
          account: ACCOUNTS.plain,
          selectable: true,
        },
      },
    },
  });
}
