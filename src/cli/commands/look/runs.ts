// `tasks runs`: who worked on what, the newest wish first.

import type { RunId } from "../../../core/contract/run.ts";
import { UserError } from "../../../core/contract/user-error.ts";
import type { CommandContext } from "../../contract/command.ts";
import { textFlag } from "../../contract/flag-values.ts";
import { readLimit } from "../../contract/read-limit.ts";
import { runRecord } from "../../print/run-record.ts";
import { runTableLines } from "../../print/run-table.ts";
import { jsonText, terminalText } from "../../print/terminal-text.ts";
import { withStore } from "../../repository/open-runs.ts";
import { resolveKey } from "../../repository/resolve-task.ts";

/** What an agent reads in one go, and a person in two screens (P14). */
const DEFAULT_LIMIT = 50;

/** Prints one page; how to go on is said on stderr, and in JSON as `next`. */
export async function runs(command: CommandContext): Promise<void> {
  const limit = readLimit(command.flags, DEFAULT_LIMIT);
  await withStore(command, async ({ store, flags, output, argument, loaded, world }) => {
    const before = textFlag(flags, "before");
    if (before !== null && (await store.readRun(before as RunId)) === null) throw unknownRun(before);
    const query = {
      limit: limit + 1,
      ...(argument !== null && { key: await resolveKey(store, argument) }),
      ...(before !== null && { beforeId: before as RunId }),
    };
    const found = await store.readRuns(query);
    const shown = found.slice(0, limit);
    const next = found.length > limit ? (shown.at(-1)?.id ?? null) : null;
    if (flags["format"] === "json") {
      const records = shown.map((run) => runRecord(run, loaded.config.dispatch.attempts));
      output.result(jsonText({ shown: shown.length, next, runs: records }));
    } else {
      const layout = { nowMs: world.clock.wallMs(), columns: output.resultColumns };
      for (const line of runTableLines(shown, layout)) output.result(line);
      if (shown.length === 0) output.result("No runs.");
    }
    if (next !== null)
      output.note(
        terminalText(
          `${shown.length === 1 ? "1 run is" : `${shown.length} runs are`} shown; go on with --before ${next}`,
        ),
      );
  });
}

function unknownRun(id: string): UserError {
  return new UserError({
    code: "usage",
    message: `There is no run ${JSON.stringify(id)} to go on before.`,
    hint: "Begin again without --before.",
  });
}
