import { PULL_REQUEST_STATES } from "../../../core/contract/pull-request.ts";
import type { PullRequestView } from "../../../core/contract/pull-request-view.ts";
import type { PullRequestsSource } from "../../../core/contract/snapshot.ts";
import { pullRequestWords } from "../../../core/pull-request/pull-request-words.ts";
import { compareText } from "../../../core/text/compare-text.ts";
import type { Command, CommandContext } from "../../contract/command.ts";
import { usage } from "../../contract/errors.ts";
import { readLimit, textFlag } from "../../contract/flag-values.ts";
import { AFTER, FORMAT, flag, LIMIT, OWNER, REPO } from "../../contract/flags.ts";
import { asJson, printLines } from "../../contract/print-result.ts";
import { alignColumns } from "../../print/columns.ts";
import { checksText, sourceText } from "../../print/pull-request-text.ts";
import { noteFreshness } from "../../print/snapshot-head.ts";
import { terminalText } from "../../print/terminal-text.ts";
import { chooseOwner, requestedOwner } from "../../repository/choose-owner.ts";
import { openRepository } from "../../repository/open-repository.ts";
import { readTasks, withRunner } from "../../repository/open-runner.ts";
import { pageAfter } from "./task-page.ts";

export const command: Command = {
  insideRun: "allowed",
  description:
    "Those that wait for a person come first. Without a live runner, pull requests are looked up first if that is due.",
  flags: [
    REPO,
    OWNER,
    flag("--state <state>", "open (default), merged, closed or all"),
    LIMIT,
    AFTER,
    FORMAT,
  ],
  examples: [{ line: "tasks prs", does: "what is in review, and who it waits for" }],
  run: prs,
};

type Listed = { readonly key: string; readonly known: PullRequestView };

/** Prints one page; how to continue is said on stderr, and in JSON as `next`. */
async function prs(context: CommandContext): Promise<void> {
  const limit = readLimit(context.flags);
  const state = readState(textFlag(context.flags, "state"));
  const opened = await openRepository(context);
  const {
    snapshot: everyones,
    attestation,
    freshness,
  } = await withRunner(opened, (runner) =>
    readTasks(opened, runner, { doing: "Asking for pull requests", syncs: true }),
  );
  const { output, flags, system } = opened;
  const snapshot = chooseOwner(everyones, requestedOwner(opened.loaded));
  const all = snapshot.tasks
    .flatMap(({ key, pull_request: known }): Listed[] => (known === null ? [] : [{ key, known }]))
    .filter(({ known }) => state === "all" || known.state === state)
    .sort(byPersonAwaited);
  const page = pageAfter(all, { after: textFlag(flags, "after"), limit }, "usage");
  noteFreshness(output, snapshot, freshness);
  const source = attestation.sources.pull_requests;
  if (!asJson(opened)) output.note(terminalText(sourceText(source, system.clock.wallMs())));
  const found = page.shown.map(({ key, known }) => ({ task: key, ...known }));
  const cut = { total: all.length, shown: page.shown.length, next: page.next };
  printLines(
    opened,
    { source, ...cut, pull_requests: found },
    alignColumns(page.shown.map(cells), output.resultColumns),
    all.length === 0 ? noneText(source, state) : null,
  );
  if (page.next !== null && !asJson(opened))
    output.note(
      terminalText(`${page.shown.length} of ${all.length} are shown; continue with --after ${page.next}`),
    );
}

function cells({ key, known }: Listed): string[] {
  const { number, title, draft, state } = known;
  return [
    `#${number}`,
    terminalText(key),
    state === "open" && draft ? "draft" : state,
    terminalText(pullRequestWords(known)),
    terminalText(checksText(known)),
    terminalText(title),
  ];
}

/** What waits for a person first; of equals the newest. */
function byPersonAwaited(a: Listed, b: Listed): number {
  const rank = ({ known }: Listed) => (known.state !== "open" ? 2 : known.waits?.for === "you" ? 0 : 1);
  return rank(a) - rank(b) || b.known.number - a.known.number || compareText(a.key, b.key);
}

/** Only a source that answers can say that there is none. */
function noneText({ state, observed_at: observedAt }: PullRequestsSource, asked: string): string {
  if (state !== "ok" || observedAt === null) return "No pull request is known.";
  return asked === "all" ? "No task has a pull request." : `No task has a pull request that is ${asked}.`;
}

function readState(typed: string | null): (typeof PULL_REQUEST_STATES)[number] | "all" {
  const state = [...PULL_REQUEST_STATES, "all" as const].find((one) => one === (typed ?? "open"));
  if (state !== undefined) return state;
  throw usage(
    `There is no state ${JSON.stringify(typed)}.`,
    `It is one of ${PULL_REQUEST_STATES.join(", ")}, all.`,
  );
}
