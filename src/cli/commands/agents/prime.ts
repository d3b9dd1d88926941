import type { Command, CommandContext } from "../../contract/command.ts";
import { OWNER, REPO } from "../../contract/flags.ts";
import { ownRunId, primeText } from "../../print/prime-text.ts";
import { noteFreshness } from "../../print/snapshot-head.ts";
import { chooseOwner, requestedOwner } from "../../repository/choose-owner.ts";
import { openRepository } from "../../repository/open-repository.ts";
import { readTasks, withRunner } from "../../repository/open-runner.ts";

export const command: Command = {
  insideRun: "allowed",
  description:
    "Prints, in at most 6,000 bytes, how to work with tasks here, what needs a person, what is in progress and what is ready; in a run, its own task and how to report. For the start of an agent's session: see docs/agents.md.",
  flags: [REPO, OWNER],
  examples: [{ line: "tasks prime", does: "what an agent should know before it starts" }],
  run: prime,
};

async function prime(context: CommandContext): Promise<void> {
  const opened = await openRepository(context);
  const { snapshot: everyones, freshness } = await withRunner(opened, (runner) => readTasks(opened, runner));
  noteFreshness(opened.output, everyones, freshness);
  const runId = ownRunId(opened.system.environment, opened.root);
  // A worker sees its own task, also where another person owns it.
  const snapshot = runId === null ? chooseOwner(everyones, requestedOwner(opened.loaded)) : everyones;
  opened.output.result(primeText({ snapshot, runId }));
}
