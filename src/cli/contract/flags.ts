// The flags that several commands share, so that each means the same everywhere.

import type { Flag } from "./command.ts";

/** A flag that gives a setting its value. */
export type SettingFlag = Flag & { readonly setting: string };

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
  description: "port to listen on (default: 8005, or the next free one)",
  setting: "server.port",
};

export const HOST: SettingFlag = {
  usage: "--host <address>",
  description: "address to listen on (default: 127.0.0.1, this machine only)",
  setting: "server.host",
};

export const REFRESH_WAIT: SettingFlag = {
  usage: "--refresh-wait <ms>",
  description: "how long a page load waits for fresh data (default: 1500)",
  setting: "refresh.wait_ms",
};

export const DISPATCH_READY: SettingFlag = {
  usage: "--dispatch-ready",
  description: "start ready tasks without being asked for each (default: dispatch.automatic in the settings)",
  setting: "dispatch.automatic",
};

export const NO_AUTH: Flag = {
  usage: "--no-auth",
  description: "with --host: let everybody who can reach the address read, without a token",
};

export const TASK: Flag = {
  usage: "--task <task>",
  description: "the task, for work by hand (default: the run that TASKS_RUN names)",
};

export const LIMIT: Flag = {
  usage: "--limit <number>",
  description: "at most this many tasks (default: 50)",
};

/** Every flag that stands for a setting, whichever command has it. */
export const SETTING_FLAGS: readonly SettingFlag[] = [OWNER, PORT, HOST, REFRESH_WAIT, DISPATCH_READY];

/** `refresh-wait` of `--refresh-wait <ms>`. */
export const longName = (usage: string): string => usage.replace(/^--/, "").replace(/ .*$/, "");
