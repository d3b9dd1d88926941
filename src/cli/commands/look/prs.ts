// `tasks prs`: the pull requests of tasks, with what each waits for.

import { readSnapshot } from "../../../app/one-shot/read-snapshot.ts";
import { PULL_REQUEST_STATES } from "../../../core/contract/pull-request.ts";
import type { PullRequestView } from "../../../core/contract/pull-request-view.ts";
import type { PullRequestsSource } from "../../../core/contract/snapshot.ts";
import { UserError } from "../../../core/contract/user-error.ts";
import { pullRequestWords } from "../../../core/pull-request/pull-request-words.ts";
import { compareText } from "../../../core/text/compare-text.ts";
import type { CommandContext, RepositoryContext } from "../../contract/command.ts";
import { textFlag } from "../../contract/flag-values.ts";
import { readLimit } from "../../contract/read-limit.ts";
import { alignColumns } from "../../print/columns.ts";
import { withProgress } from "../../print/progress.ts";
import { checksText, sourceText } from "../../print/pull-request-text.ts";
import { noteFreshness } from "../../print/snapshot-head.ts";
import { jsonText, terminalText } from "../../print/terminal-text.ts";
import { chooseOwner, requestedOwner } from "../../repository/choose-owner.ts";
import { openRepositoryContext } from "../../repository/open-repository.ts";
import { openRunner } from "../../repository/open-runner.ts";

/** What an agent reads in one go, and a person in two screens (P14). */
const DEFAULT_LIMIT = 50;

type Listed = { readonly task: string; readonly known: PullRequestView };

/** Prints one page; how to go on is said on stderr, and in JSON as `next`. */
export async function prs(command: CommandContext): Promise<void> {
  const limit = readLimit(command.flags, DEFAULT_LIMIT);
  const state = readState(textFlag(command.flags, "state"));
  const context = await openRepositoryContext(command);
  const { snapshot: everyones, attestation, freshness } = await readNewest(context);
  const { output, flags, world } = context;
  const snapshot = chooseOwner(everyones, requestedOwner(context.loaded));
  const all = snapshot.tasks
    .flatMap(({ key, pull_request: known }): Listed[] => (known === null ? [] : [{ task: key, known }]))
    .filter(({ known }) => state === "all" || known.state === state)
    .sort(byPersonAwaited);
  const page = pageAfter(all, textFlag(flags, "after"), limit);
  noteFreshness(output, snapshot, freshness);
  const source = attestation.sources.pull_requests;
  if (flags["format"] === "json") {
    const found = page.shown.map(({ task, known }) => ({ task, ...known }));
    const cut = { total: all.length, shown: page.shown.length, next: page.next };
    output.result(jsonText({ source, ...cut, pull_requests: found }));
    return;
  }
  output.note(terminalText(sourceText(source, world.clock.wallMs())));
  for (const line of alignColumns(page.shown.map(cells), output.resultColumns)) output.result(line);
  if (all.length === 0) output.result(noneText(source, state));
  if (page.next !== null)
    output.note(
      terminalText(`${page.shown.length} of ${all.length} are shown; go on with --after ${page.next}`),
    );
}

/** After a look-up, where one is due and no runner makes it. */
async function readNewest(context: RepositoryContext) {
  const { runnerWorld, close } = await openRunner(context, { watches: false });
  try {
    return await withProgress(context.output, "Asking for pull requests", () =>
      readSnapshot(runnerWorld, { fresh: true, looksUp: true, signal: context.signal }),
    );
  } finally {
    await close();
  }
}

function cells({ task, known }: Listed): string[] {
  const { number, title, draft, state } = known;
  return [
    `#${number}`,
    terminalText(task),
    state === "open" && draft ? "draft" : state,
    terminalText(pullRequestWords(known)),
    terminalText(checksText(known)),
    terminalText(title),
  ];
}

/** What waits for a person first; of equals the newest. */
function byPersonAwaited(a: Listed, b: Listed): number {
  const rank = ({ known }: Listed) => (known.state !== "open" ? 2 : known.waits?.for === "you" ? 0 : 1);
  return rank(a) - rank(b) || b.known.number - a.known.number || compareText(a.task, b.task);
}

/** Nothing known is not none: only a source that answers can say that there is none. */
function noneText({ state, observed_at: observedAt }: PullRequestsSource, asked: string): string {
  if (state !== "ok" || observedAt === null) return "No pull request is known.";
  return asked === "all" ? "No task has a pull request." : `No task has a pull request that is ${asked}.`;
}

function pageAfter(all: readonly Listed[], after: string | null, limit: number) {
  const start = after === null ? 0 : 1 + all.findIndex(({ task }) => task === after);
  if (after !== null && start === 0)
    throw new UserError({
      code: "usage",
      message: `The list has no task ${JSON.stringify(after)} to go on after.`,
      hint: "Begin again without --after.",
    });
  const shown = all.slice(start, start + limit);
  const hasMore = start + shown.length < all.length;
  return { shown, next: hasMore ? (shown.at(-1)?.task ?? null) : null };
}

function readState(typed: string | null): (typeof PULL_REQUEST_STATES)[number] | "all" {
  const state = [...PULL_REQUEST_STATES, "all" as const].find((one) => one === (typed ?? "open"));
  if (state !== undefined) return state;
  throw new UserError({
    code: "usage",
    message: `There is no state ${JSON.stringify(typed)}.`,
    hint: `It is one of ${PULL_REQUEST_STATES.join(", ")}, all.`,
  });
}
