import process from "node:process";
import type { CommandContext } from "../../contract/command.ts";

/** `tasks version`: which tasks on which Node.js, for a report. */
export async function version({ world, output }: CommandContext): Promise<void> {
  output.result(`tasks ${world.version} (Node.js ${process.versions.node})`);
}
