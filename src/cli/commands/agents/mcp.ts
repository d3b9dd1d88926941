import type { Command } from "../../contract/command.ts";
import { AS, REPO } from "../../contract/flags.ts";
import { findCaller } from "../../mcp/caller.ts";
import { serveMcp } from "../../mcp/serve-mcp.ts";
import { openRepository } from "../../repository/open-repository.ts";

export const command: Command = {
  insideRun: "recorded",
  description:
    "Serves seven tools over the Model Context Protocol on stdin and stdout: list, show, create, update, report, ask, finish. A worker's agent speaks for its run, proved by its environment; an agent that a person starts may look, claim by hand, and report and finish for its own claim.",
  flags: [REPO, AS],
  examples: [{ line: "claude mcp add tasks -- tasks mcp", does: "gives the tools to an agent" }],
  run: async (context) => {
    const opened = await openRepository(context);
    await serveMcp(context, await findCaller(opened));
  },
};
