// `tasks init`: a small valid tree to start from.

import { basename, resolve } from "node:path";
import { STARTER_TASK, starterTree } from "../../../app/setup/starter-tree.ts";
import { starterConfig } from "../../../config/print.ts";
import type { CommandContext } from "../../contract/command.ts";
import { shellWord } from "../../print/command-text.ts";
import { terminalText } from "../../print/terminal-text.ts";
import { trustOwnWriting } from "../../repository/trust.ts";

/** Writes the tree into a folder that has none; prints the files it made, and what to do next. */
export async function init({ world, output, argument }: CommandContext): Promise<void> {
  const root = resolve(world.typedIn, argument ?? ".");
  const person = world.environment["USER"] ?? world.environment["USERNAME"] ?? "";
  const files = starterTree({ person, configText: starterConfig() });
  await world.writeNewFiles(root, files);
  // What it wrote sets nothing that could run; the repository is its user's own all the same.
  await trustOwnWriting({ world, root: await world.findRepository(root) }, []);
  for (const { path } of files) output.result(path);
  output.note("");
  output.note(`A small tree is in ${terminalText(basename(root))}. Next:`);
  output.note(`  tasks validate --repo ${shellWord(root)}`);
  output.note(`  tasks serve --repo ${shellWord(root)}`);
  output.note(`  then edit tasks/workstreams/product/tasks/${STARTER_TASK}.md`);
}
