import { basename, resolve } from "node:path";
import { STARTER_TASK, starterTree } from "../../../app/setup/starter-tree.ts";
import { starterConfig } from "../../../config/settings.ts";
import type { Command, CommandContext } from "../../contract/command.ts";
import { shellWord } from "../../print/command-text.ts";
import { terminalText } from "../../print/terminal-text.ts";
import { trustOwnWriting } from "../../repository/trust.ts";

export const command: Command = {
  insideRun: "allowed",
  arguments: [{ name: "folder", required: false, description: "where (default: the folder you are in)" }],
  description:
    "Writes a workstream, a milestone, a person, two tasks and the settings file. Never overwrites anything.",
  flags: [],
  examples: [{ line: "tasks init ~/work/app", does: "then: tasks serve --repo ~/work/app" }],
  run: init,
};

/** Prints the files that it wrote, and what to do next. */
async function init({ system, output, argument }: CommandContext): Promise<void> {
  const root = resolve(system.typedIn, argument ?? ".");
  const person = system.environment["USER"] ?? system.environment["USERNAME"] ?? "";
  const files = starterTree({ person, configText: starterConfig() });
  await system.writeNewFiles(root, files);
  // The new settings run nothing; still, the repository is trusted, since its user has just created it.
  await trustOwnWriting({ system, root: await system.findRepository(root) }, []);
  for (const { path } of files) output.result(path);
  output.note("");
  output.note(`A small tree is in ${terminalText(basename(root))}. Next:`);
  output.note(`  tasks validate --repo ${shellWord(root)}`);
  output.note(`  tasks serve --repo ${shellWord(root)}`);
  output.note(`  then edit tasks/workstreams/product/tasks/${STARTER_TASK}.md`);
}
