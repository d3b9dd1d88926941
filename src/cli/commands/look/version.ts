import process from "node:process";
import type { Command } from "../../contract/command.ts";

export const command: Command = {
  insideRun: "allowed",
  description: "Prints the version of tasks and of the Node.js it runs on.",
  flags: [],
  examples: [{ line: "tasks version", does: "for a report" }],
  run: async ({ system, output }) => {
    output.result(`tasks ${system.version} (Node.js ${process.versions.node})`);
  },
};
