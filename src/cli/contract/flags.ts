// The flags and arguments that several commands share, so that each means the same everywhere.

import { findSetting } from "../../config/settings.ts";
import type { Argument, Flag } from "./command.ts";

export const flag = (usage: string, description: string): Flag => ({ usage, description });
const settingFlag = (setting: string, usage: string, description: string) => ({
  setting,
  usage,
  description,
});
const defaultOf = (key: string): string => String(findSetting(key)?.fallback);

export const TASK_ARGUMENT: Argument = {
  name: "task",
  required: true,
  description: "slug, id or workstream/slug",
};

export const REPO = flag(
  "--repo <folder>",
  "the repository (default: TASKS_REPO, else the nearest folder upwards with tasks/workstreams/)",
);

export const OWNER = settingFlag(
  "owner",
  "--owner <name>",
  "whose tasks: a person, alias or role, or everyone (default: TASK_MANAGER_OWNER, else the settings)",
);

export const FORMAT: Flag = {
  usage: "--format <format>",
  description: "text for people (default), json for programs",
  choices: ["text", "json"],
};

export const PORT = settingFlag(
  "server.port",
  "--port <number>",
  `port to listen on (default: ${defaultOf("server.port")}, or the next free one)`,
);

export const HOST = settingFlag(
  "server.host",
  "--host <address>",
  `address to listen on (default: ${defaultOf("server.host")}, this machine only)`,
);

export const REFRESH_WAIT = settingFlag(
  "refresh.wait_ms",
  "--refresh-wait <ms>",
  `how long a page load waits for fresh data (default: ${defaultOf("refresh.wait_ms")})`,
);

export const DISPATCH_READY = settingFlag(
  "dispatch.automatic",
  "--dispatch-ready",
  "start ready tasks automatically (default: dispatch.automatic in the settings)",
);

export const TASK = flag(
  "--task <task>",
  "the task, for work by hand (default: the run that TASKS_RUN names)",
);

export const AS = flag(
  "--as <name>",
  "who does it (default: the owner in the settings, else the user of this machine)",
);

export const NOTE = flag("--note <text>", "a reason or remark");

export const CODE = flag("--code <signal>", "only this signal (default: every open one that needs a person)");

export const UNTIL = flag(
  "--until <time>",
  "a time of day (14:20), a duration (45m, 2h) or a date and time (2026-03-24T14:20)",
);

export const LIMIT = flag("--limit <number>", "at most this many lines (default: 50)");

export const AFTER = flag("--after <task>", "continue after this task, where an earlier list was cut");

/** Every flag that sets a setting, whichever command has it. */
export const SETTING_FLAGS: readonly (Flag & { readonly setting: string })[] = [
  OWNER,
  PORT,
  HOST,
  REFRESH_WAIT,
  DISPATCH_READY,
];

/** `refresh-wait` of `--refresh-wait <ms>`. */
export const longName = (usage: string): string => usage.replace(/^--/, "").replace(/ .*$/, "");
