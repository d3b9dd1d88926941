// Settings that this release replaced. For one release they are still accepted, have no effect, and a message names the
// new setting. The next release drops the entry, and the key is unknown like any other.

import type { SettingKey } from "./guarded-settings.ts";

export type ReplacedSetting = {
  readonly key: string;
  readonly by: SettingKey;
  /** Completes "is no longer used: ". */
  readonly because: string;
};

export const REPLACED_SETTINGS: readonly ReplacedSetting[] = [
  {
    key: "refresh.min_interval_ms",
    by: "refresh.max_cpu_percent",
    because: "page loads are limited by what their updates cost, not by the clock",
  },
];

export const findReplaced = (key: string): ReplacedSetting | undefined =>
  REPLACED_SETTINGS.find((setting) => setting.key === key);
