// Every tool of `tasks mcp`. Agents read all definitions before each task, so they are few and short: at most seven, in at
// most 8,000 bytes.

import { createTool, updateTool } from "./edit-tools.ts";
import { listTool } from "./list-tool.ts";
import { askTool, finishTool, reportTool } from "./run-tools.ts";
import { showTool } from "./show-tool.ts";
import type { Caller, Tool } from "./tool.ts";

export const TOOLS: readonly Tool[] = [
  listTool,
  showTool,
  createTool,
  updateTool,
  reportTool,
  askTool,
  finishTool,
];

/** What an agent should know beside the tools. */
export const INSTRUCTIONS: Readonly<Record<Caller["kind"], string>> = {
  worker:
    "You are the worker of one task of Dataface Tasks; `show` without a name is that task. `report` what you do at each step. If only a person can decide something, `ask` and end your turn. At the end `finish`, then end your turn. Work that you find beside your task: `create` it, and go on with yours.",
  agent:
    "Tasks of this repository are Markdown files, and `list` says what is true about them. Before you work on one, claim it with `update`. `report` at each step, and `finish` at the end. Completing a task is for a person.",
  unproven: "Tasks of this repository are Markdown files. You may look at them with `list` and `show`.",
};
