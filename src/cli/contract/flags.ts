// The flags and arguments that several commands share, so that each means the same everywhere.

import { findSetting } from "../../config/settings.ts";
import type { Argument, Flag } from "./command.ts";

/** A flag that sets a setting. */
export type SettingFlag = Flag & { readonly setting: string };

const defaultOf = (key: string): string => String(findSetting(key)?.fallback);

export const TASK_ARGUMENT: Argument = {
  name: "task",
  required: true,
  description: "slug, id or workstream/slug",
};

export const REPO: Flag = {
  usage: "--repo <folder>",
  description:
    "the repository (default: TASKS_REPO, else the nearest folder upwards with tasks/workstreams/)",
};

export const OWNER: SettingFlag = {
  usage: "--owner <name>",
  description:
    "whose tasks: a person, alias or role, or everyone (default: TASK_MANAGER_OWNER, else the settings)",
  setting: "owner",
};

export const FORMAT: Flag = {
  usage: "--format <format>",
  description: "text for people (default), json for programs",
  choices: ["text", "json"],
};

export const PORT: SettingFlag = {
  usage: "--port <number>",
  description: `port to listen on (default: ${defaultOf("server.port")}, or the next free one)`,
  setting: "server.port",
};

export const HOST: SettingFlag = {
  usage: "--host <address>",
  description: `address to listen on (default: ${defaultOf("server.host")}, this machine only)`,
  setting: "server.host",
};

export const REFRESH_WAIT: SettingFlag = {
  usage: "--refresh-wait <ms>",
  description: `how long a page load waits for fresh data (default: ${defaultOf("refresh.wait_ms")})`,
  setting: "refresh.wait_ms",
};

export const DISPATCH_READY: SettingFlag = {
  usage: "--dispatch-ready",
  description: "start ready tasks automatically (default: dispatch.automatic in the settings)",
  setting: "dispatch.automatic",
};

export const TASK: Flag = {
  usage: "--task <task>",
  description: "the task, for work by hand (default: the run that TASKS_RUN names)",
};

export const AS: Flag = {
  usage: "--as <name>",
  description: "who does it (default: the owner in the settings, else the user of this machine)",
};

export const NOTE: Flag = { usage: "--note <text>", description: "a reason or remark" };

export const CODE: Flag = {
  usage: "--code <signal>",
  description: "only this signal (default: every open one that needs a person)",
};

export const UNTIL: Flag = {
  usage: "--until <time>",
  description: "a time of day (14:20), a duration (45m, 2h) or a date and time (2026-03-24T14:20)",
};

export const LIMIT: Flag = {
  usage: "--limit <number>",
  description: "at most this many lines (default: 50)",
};

export const AFTER: Flag = {
  usage: "--after <task>",
  description: "continue after this task, where an earlier list was cut",
};

/** Every flag that sets a setting, whichever command has it. */
export const SETTING_FLAGS: readonly SettingFlag[] = [OWNER, PORT, HOST, REFRESH_WAIT, DISPATCH_READY];

/** `refresh-wait` of `--refresh-wait <ms>`. */
export const longName = (usage: string): string => usage.replace(/^--/, "").replace(/ .*$/, "");
