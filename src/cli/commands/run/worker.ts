import type { Command, CommandContext } from "../../contract/command.ts";
import { usage } from "../../contract/errors.ts";
import { FORMAT, flag, REPO } from "../../contract/flags.ts";
import { printLines } from "../../contract/print-result.ts";
import { workerLines } from "../../print/worker-lines.ts";
import { holdRecord, workersRecord } from "../../print/worker-record.ts";
import { openRepository } from "../../repository/open-repository.ts";
import { type OpenedStore, withStore } from "../../repository/open-runs.ts";
import { useWorker } from "../../repository/use-worker.ts";
import { presetNames, readChoice } from "../../repository/worker-choice.ts";

export const command: Command = {
  insideRun: ({ arguments: [verb] }) => (verb === undefined ? "allowed" : "refused"),
  arguments: [
    {
      name: "use",
      required: false,
      description: "write a worker into tasks/config.yaml, as the default one",
    },
    {
      name: "worker",
      required: false,
      variadic: true,
      description: `${presetNames().join(", ")}; or a program and its arguments`,
    },
  ],
  description:
    "Prints the configured workers, what each may do and what is wrong with it, and what each kind of worker can do. `use` writes one into the settings as the default worker, keeps every comment there, says what it permits, and trusts it on this machine. See docs/workers.md.",
  flags: [
    REPO,
    flag("--permissions <mode>", "ask, edits or full; without it the kind's own default"),
    flag("--model <name>", "the model, as the agent names it"),
    flag("--name <name>", "the worker's name in the settings; without it the kind's or the program's"),
    FORMAT,
  ],
  examples: [
    { line: "tasks worker", does: "which ones are configured" },
    { line: "tasks worker use claude", does: "let Claude Code work on tasks" },
    {
      line: "tasks worker use codex --name careful --permissions ask",
      does: "another one, by its own name",
    },
    { line: "tasks worker use -- my-agent --yes {prompt}", does: "or any program of yours" },
  ],
  run: worker,
};

/** Without words it prints; `use` writes. */
export async function worker(command: CommandContext): Promise<void> {
  const [verb, ...words] = command.arguments;
  if (verb !== undefined && verb !== "use") throw unknownVerb(verb);
  const choice = verb === undefined ? null : readChoice(words, command.flags);
  if (choice === null) return await withStore(command, print);
  await useWorker(await openRepository(command), choice);
}

function unknownVerb(verb: string) {
  const example = presetNames().includes(verb) ? verb : "claude";
  return usage(
    `"tasks worker" does not know ${JSON.stringify(verb)}.`,
    `For example: tasks worker use ${example}`,
  );
}

async function print(context: OpenedStore): Promise<void> {
  const holds = await context.store.readKindHolds();
  const record = {
    ...workersRecord(context.loaded, context.system.environment),
    holds: holds.map(holdRecord),
  };
  printLines(context, record, workerLines(record, context.output));
}
