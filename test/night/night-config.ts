// The settings of the night: three workers, two accounts, and cycles that begin with events rather than with a timer.

import { type Config, configSchema } from "../../src/config/schema.ts";

export const ACCOUNTS = { careful: "team", quick: "solo", plain: "plain" } as const;

export function nightConfig(): Config {
  return configSchema.parse({
    cycle: { interval_s: 240, scan_interval_s: 3_600, timeout_s: 900 },
    dispatch: { automatic: true, workers_per_host: 4, workers_per_owner: 4 },
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
