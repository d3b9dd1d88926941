// What a worker hears when the store could not take what it said, and it was kept instead.

import type { StatementResult } from "../../app/runs/worker/own-run.ts";
import type { RunId } from "../../core/contract/run.ts";
import type { KeptStatement } from "../../core/run/worker-statement.ts";
import { jsonText, terminalText } from "../print/terminal-text.ts";
import type { OpenedStore } from "./open-runs.ts";

/** Beside the run, where its supervisor finds it. */
export function keeper({ world, root }: Pick<OpenedStore, "world" | "root">) {
  return async (id: RunId, statement: KeptStatement): Promise<void> => {
    (await world.openRunFiles(root)).keepStatement(id, statement);
  };
}

type Kept = Extract<StatementResult, { kind: "kept" }>;

export function noteKept({ output }: OpenedStore, { why }: Kept): void {
  output.note(terminalText(why));
  output.note("It is kept beside the run, and written down as soon as the store can be used again.");
}

/** It is as good as said, so that the worker goes on; people see it later. */
export function printKept(opened: OpenedStore, kept: Kept): void {
  const { output, flags } = opened;
  noteKept(opened, kept);
  if (flags["format"] === "json") output.result(jsonText({ kept: true }));
  else output.result("kept");
}
