import { SUPERSEDED } from "../../../app/runs/worker/own-run.ts";
import { askPerson, awaitAnswer, awaitQuestionStored } from "../../../app/runs/worker/worker-reports.ts";
import { UserError } from "../../../core/contract/user-error.ts";
import type { Command, CommandContext } from "../../contract/command.ts";
import { accepted, usage } from "../../contract/errors.ts";
import { textFlag } from "../../contract/flag-values.ts";
import { FORMAT, flag, REPO, TASK } from "../../contract/flags.ts";
import { parseFallback } from "../../contract/parse-fallback.ts";
import { printLines, printResult } from "../../contract/print-result.ts";
import { terminalBlock, terminalText } from "../../print/terminal-text.ts";
import { awaitRunner } from "../../repository/await-runner.ts";
import { withStore } from "../../repository/open-runs.ts";
import { findOwnRun, noteKept, printKept, speaking } from "../../repository/own-run.ts";

/** More would be a list to search, not a choice. */
const CHOICES_MAX = 20;

export const command: Command = {
  insideRun: "allowed",
  arguments: [{ name: "question", required: true, description: "what a person should decide" }],
  description:
    "The task needs a person at once, on the page and in `tasks list`. With --wait the answer is the output; without, a worker that has ended is continued with it. With --default it continues with that when no one answers in time.",
  flags: [
    REPO,
    TASK,
    {
      usage: "--choice <text>",
      description: "a possible answer; may be given several times",
      repeated: true,
    },
    flag("--wait", "wait for the answer and print it"),
    flag("--default <text>", "what you go on with if no one answers in time"),
    flag("--until <time>", "when the default counts: 14:20, 45m (default: 30m)"),
    FORMAT,
  ],
  examples: [
    { line: 'tasks ask "Which region?" --choice eu --choice us --wait', does: "prints eu or us" },
    {
      line: 'tasks ask "Which region?" --choice eu --choice us --default eu --until 30m --wait',
      does: "prints eu if no one answers in time; people see that you decided alone",
    },
  ],
  run: ask,
};

async function ask(context: CommandContext): Promise<void> {
  const text = (context.argument ?? "").trim();
  const choices = readChoices(textFlag(context.flags, "choice"));
  if (text === "") throw badQuestion("The question is empty.");
  const waits = context.flags["wait"] === true;
  const [answer, until] = [textFlag(context.flags, "default"), textFlag(context.flags, "until")];
  const fallback = parseFallback({ answer, until, choices }, context.system.clock.wallMs());
  await withStore(context, async (opened) => {
    const { store, output, signal } = opened;
    const runs = await speaking(opened);
    const own = await findOwnRun(opened);
    const asked = accepted(await askPerson(runs, own, { text, choices, fallback }));
    if (asked.kind === "kept" && !waits) return printKept(opened, asked);
    if (asked.kind === "kept") noteKept(opened, asked);
    const run = asked.kind === "kept" ? await awaitQuestionStored(runs, own, text, signal) : asked.run;
    if (run === null) throw signal.aborted ? signal.reason : new UserError(SUPERSEDED);
    const { key, id, question } = run;
    await awaitRunner(opened, store);
    const record = { task: key, run: id, question: question?.number ?? null };
    if (!waits) {
      printResult(opened, { ...record, answer: null }, `${key}: asked`);
      output.note(
        run.kind === "by_hand"
          ? "`tasks ask` with the same question and --wait prints the answer; no worker is continued with it, since the work was started outside this tool."
          : "When this worker has ended, it is continued with the answer.",
      );
      return;
    }
    output.note(terminalText(`Waiting for an answer: tasks answer ${key} "…"`));
    const answered = await awaitAnswer(runs, run, { proofHash: own.proofHash ?? null, signal });
    if (answered.kind === "aborted") throw signal.reason;
    const { text: answer, by } = accepted(answered);
    printLines(opened, { ...record, answer: { text: answer, by } }, [terminalBlock(answer)]);
  });
}

function readChoices(typed: string | null): readonly string[] {
  const choices = [...new Set(typed?.split("\n").filter((choice) => choice.trim() !== ""))];
  if (choices.length > CHOICES_MAX)
    throw badQuestion(`There are ${choices.length} choices; at most ${CHOICES_MAX} are allowed.`);
  return choices;
}

function badQuestion(message: string): UserError {
  return usage(message, 'For example: tasks ask "Which region?" --choice eu --choice us --wait');
}
