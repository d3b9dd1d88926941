import { existsSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { type Settlement, settleTakenOver, takeOverRun } from "../../../app/runs/requests/take-over.ts";
import { type SessionCommand, sessionCommand } from "../../../core/agent/workers/session-command.ts";
import type { Run } from "../../../core/contract/run.ts";
import { inSentence } from "../../../core/text/listed.ts";
import { actorOf } from "../../contract/actor.ts";
import type { Command, CommandContext, RepositoryContext } from "../../contract/command.ts";
import { askText, canAsk, choose } from "../../contract/confirm.ts";
import { accepted, refused, usage } from "../../contract/errors.ts";
import { textFlag } from "../../contract/flag-values.ts";
import { AS, flag, NOTE, REPO, TASK_ARGUMENT } from "../../contract/flags.ts";
import { withProgress } from "../../print/progress.ts";
import { terminalText } from "../../print/terminal-text.ts";
import { awaitRunner } from "../../repository/await-runner.ts";
import { requireOpenRun } from "../../repository/find-task.ts";
import { type OpenedRuns, withRuns } from "../../repository/open-runs.ts";

const THEN = ["hand-back", "finish", "keep"] as const;
type Then = (typeof THEN)[number];

export const command: Command = {
  insideRun: "refused",
  arguments: [TASK_ARGUMENT],
  handlesSignals: true,
  description:
    "Stops the worker between two of its tools, holds the run in your name, and opens the agent's own session in its worktree, in this terminal. When you leave it, the run is handed back and continues in the same session, is finished, or stays yours. A run whose worker has ended can be taken as well.",
  flags: [
    REPO,
    AS,
    flag("--now", "stop the worker without waiting for the tool it runs (at most 2 min)"),
    {
      usage: "--then <what>",
      description:
        "what happens afterwards, instead of a question; for a run that you hold, it is done at once",
      choices: THEN,
    },
    NOTE,
  ],
  examples: [
    { line: "tasks take fix-ci", does: "work on where its worker is" },
    {
      line: 'tasks take fix-ci --then hand-back --note "the token is in .env"',
      does: "give back what you kept",
    },
  ],
  run: take,
};

async function take(context: CommandContext): Promise<void> {
  const then = THEN.find((one) => one === context.flags["then"]) ?? null;
  const opening = await withRuns(context, (opened) => hold(opened, then));
  if (opening.session !== null) await open(context, opening.session);
  await withRuns(context, (opened) => settle(opened, opening.run, then));
}

type Session = SessionCommand & { readonly folder: string; readonly key: string };
type Opening = { readonly run: Run; readonly session: Session | null };

/** Holds the run; without a session when it is held already and only `--then` is left to do. */
async function hold(opened: OpenedRuns, then: Then | null): Promise<Opening> {
  const { runs, output, signal, flags, argument } = opened;
  const run = await requireOpenRun(runs.store, argument ?? "");
  if (then !== null && run.takenOver?.holder === null) return { run, session: null };
  if (!canAsk() && then === null)
    throw usage(
      "`tasks take` opens a session, and there is no terminal for it.",
      "Use it in a terminal, or add --then.",
    );
  const command = accepted(sessionCommand(run, opened.loaded.config));
  const folder = await worktreeOf(opened, run);
  const request = { by: actorOf(opened), now: flags["now"] === true, signal };
  const taken = accepted(
    await withProgress(output, "Waiting for the worker to end", () => takeOverRun(runs, run, request)),
  );
  await awaitRunner(opened, runs.store);
  return { run: taken.run, session: { ...command, folder, key: run.key } };
}

async function worktreeOf({ system, root }: RepositoryContext, { key, worktree }: Run): Promise<string> {
  const checkout = worktree === null ? null : isAbsolute(worktree) ? worktree : join(root, worktree);
  if (checkout !== null && existsSync(checkout)) return await system.servedFolder(root, checkout);
  throw refused(
    `The worktree of ${inSentence(key)} is gone.`,
    `\`tasks kickoff ${inSentence(key)}\` starts over.`,
  );
}

async function open({ system, output }: CommandContext, session: Session): Promise<void> {
  const { title, command, folder, variables, key } = session;
  output.note(
    terminalText(
      `${key} is held in your name. Opening ${title} in ${folder}; leave it to decide what happens next.`,
    ),
  );
  const environment = { ...system.environment, ...variables };
  const failure = await system.runInTerminal({ command, folder, environment });
  if (failure !== null) output.note(terminalText(`${title} ended: ${failure}`));
}

async function settle(opened: OpenedRuns, run: Run, then: Then | null): Promise<void> {
  const { runs, output } = opened;
  const choice = then ?? (await choose(opened, "Hand it back to its worker, finish it, or keep it?", THEN));
  const settlement = await settlementOf(opened, choice, { asks: then === null });
  const request = { by: actorOf(opened), settlement };
  const settled = accepted(await settleTakenOver(runs, run, request));
  await awaitRunner(opened, runs.store);
  output.result(terminalText(`${settled.run.key}: ${DONE[choice]}`));
}

async function settlementOf(
  context: CommandContext,
  choice: Then,
  { asks }: { readonly asks: boolean },
): Promise<Settlement> {
  if (choice === "keep") return { kind: "keep" };
  const typed = textFlag(context.flags, "note");
  const note = typed ?? (asks ? await askText(context, ASKED[choice]) : "");
  if (choice === "finish") return { kind: "finish", note };
  return { kind: "hand_back", note: note === "" ? null : note };
}

const ASKED = {
  finish: "What was done, and how was it checked?",
  "hand-back": "What should the worker know? (may be empty)",
} as const;

const DONE: Readonly<Record<Then, string>> = {
  "hand-back": "handed back; its worker continues in the same session",
  finish: "finished: ready for review",
  keep: "yours until `tasks take` hands it back or finishes it",
};
