import { isLive } from "../../../core/contract/run.ts";
import { UserError } from "../../../core/contract/user-error.ts";
import { describeOpenRun, hintFor } from "../../../core/run/judge-claim.ts";
import { inSentence } from "../../../core/text/listed.ts";
import type { Command } from "../../contract/command.ts";
import { FORMAT, REPO, TASK_ARGUMENT } from "../../contract/flags.ts";
import { printResult } from "../../contract/print-result.ts";
import { resolveKey } from "../../repository/find-task.ts";
import { type OpenedStore, withStore } from "../../repository/open-runs.ts";

export const command: Command = {
  insideRun: "allowed",
  arguments: [TASK_ARGUMENT],
  description: "Exits 0 while a worker or a claim is live, else 1.",
  flags: [REPO, FORMAT],
  examples: [{ line: "tasks is-active fix-ci && echo busy", does: "in a script" }],
  run: (context) => withStore(context, isActive),
};

async function isActive(opened: OpenedStore): Promise<void> {
  const { store, argument } = opened;
  const key = await resolveKey(store, argument ?? "");
  const run = await store.readOpenRun(key);
  const active = run !== null && isLive(run);
  const record = { task: key, active, run: run?.id ?? null, state: run?.state ?? null };
  printResult(opened, record, ...(active ? [describeOpenRun(run)] : []));
  if (active) return;
  const name = inSentence(key);
  throw new UserError({
    code: "not_active",
    message: `${run === null ? `No one is working on ${name}` : describeOpenRun(run)}.`,
    hint: run === null ? `\`tasks kickoff ${name}\` queues it.` : hintFor(run),
  });
}
