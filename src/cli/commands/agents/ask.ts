// `tasks ask`: a worker needs a person; with `--wait` the answer is the output.

import { askPerson, awaitAnswer, awaitQuestionStored } from "../../../app/runs/worker/ask-person.ts";
import { SUPERSEDED } from "../../../app/runs/worker/own-run.ts";
import { UserError } from "../../../core/contract/user-error.ts";
import type { CommandContext } from "../../contract/command.ts";
import { textFlag } from "../../contract/flag-values.ts";
import { refused } from "../../contract/refused.ts";
import { jsonText, terminalBlock, terminalText } from "../../print/terminal-text.ts";
import { awaitRunner } from "../../repository/await-runner.ts";
import { keeper, noteKept, printKept } from "../../repository/kept-statement.ts";
import { withStore } from "../../repository/open-runs.ts";
import { findOwnRun } from "../../repository/own-run.ts";

/** More are no choice but a list. */
const CHOICES_MAX = 20;

export async function ask(command: CommandContext): Promise<void> {
  const text = (command.argument ?? "").trim();
  const choices = readChoices(textFlag(command.flags, "choice"));
  if (text === "") throw usage("The question is empty.");
  await withStore(command, async (opened) => {
    const { store, world, flags, output, signal } = opened;
    const runs = { clock: world.clock, store, keep: keeper(opened) };
    const own = await findOwnRun(opened);
    const asked = await askPerson(runs, own, { text, choices });
    if (asked.kind === "refused") throw refused(asked);
    if (asked.kind === "kept" && flags["wait"] !== true) return printKept(opened, asked);
    if (asked.kind === "kept") noteKept(opened, asked);
    const run = asked.kind === "kept" ? await awaitQuestionStored(runs, own, text, signal) : asked.run;
    if (run === null) throw signal.aborted ? signal.reason : refused(SUPERSEDED);
    const { key, id, question } = run;
    await awaitRunner(opened, store);
    const record = { task: key, run: id, question: question?.number ?? null };
    if (flags["wait"] !== true) {
      if (flags["format"] === "json") output.result(jsonText({ ...record, answer: null }));
      else output.result(terminalText(`${key}: asked`));
      output.note(
        run.kind === "by_hand"
          ? `The answer is printed by \`tasks ask\` with the same question and --wait; nothing is continued with it, since the work was started outside this tool.`
          : "Once this worker has ended, it is continued with the answer.",
      );
      return;
    }
    output.note(terminalText(`Waiting for an answer: tasks answer ${key} "…"`));
    const answered = await awaitAnswer(runs, run, { proofHash: own.proofHash ?? null, signal });
    if (answered.kind === "aborted") throw signal.reason;
    if (answered.kind === "refused") throw refused(answered);
    output.result(
      flags["format"] === "json"
        ? jsonText({ ...record, answer: { text: answered.text, by: answered.by } })
        : terminalBlock(answered.text),
    );
  });
}

function readChoices(typed: string | null): readonly string[] {
  const choices = [...new Set(typed?.split("\n").filter((choice) => choice.trim() !== ""))];
  if (choices.length > CHOICES_MAX)
    throw usage(`There are ${choices.length} choices; at most ${CHOICES_MAX} are.`);
  return choices;
}

function usage(message: string): UserError {
  return new UserError({
    code: "usage",
    message,
    hint: 'For example: tasks ask "Which region?" --choice eu --choice us --wait',
  });
}
