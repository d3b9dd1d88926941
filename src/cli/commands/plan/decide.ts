// What `tasks accept` and `tasks drop` share: a person's decision about a task that a worker proposed.

import { type Decision, decideProposal } from "../../../app/tasks/decide-proposal.ts";
import { actorOf } from "../../contract/actor.ts";
import type { CommandContext } from "../../contract/command.ts";
import { accepted } from "../../contract/errors.ts";
import { resolveTask } from "../../repository/find-task.ts";
import { editTask } from "../../repository/open-edit.ts";

export async function decide(context: CommandContext, decision: Decision): Promise<void> {
  await editTask(context, "Changed", async (opened) => {
    const row = await resolveTask(opened.store, context.argument ?? "");
    return accepted(await decideProposal(opened, row, { decision, by: actorOf(opened) }));
  });
}
