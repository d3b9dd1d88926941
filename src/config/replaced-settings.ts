// Settings of the release before that something else has replaced. For one release they are still read, so that nobody's
// program stops because of a line that was right yesterday; they change nothing, and whoever gives one is told what to
// give instead. With the next release an entry goes, and its key is unknown like any other.

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

/** The replaced setting called `key`, or undefined. */
export const findReplaced = (key: string): ReplacedSetting | undefined =>
  REPLACED_SETTINGS.find((setting) => setting.key === key);
