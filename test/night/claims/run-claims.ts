// What the pages of runs, tasks and workers say, against the JSON of the same instant and against what the recorder saw.

import type { RunView } from "../../../src/core/contract/run-view.ts";
import type { Seen } from "../night-pages.ts";
import type { NightWorld } from "../night-world.ts";
import { isCutOff } from "./cut-off.ts";
import type { PagePart } from "./page-text.ts";

const CENTS = 0.011;
/** What was said so lately may be on one page and not yet on another. */
const LATELY_MS = 10_000;
/** What an agent costs is read with its next event, or twice a minute. */
const COST_LATELY_MS = 40_000;

const STATE_WORDS: Readonly<Record<RunView["state"], string>> = {
  queued: "queued",
  dispatching: "starting",
  running: "running",
  exited: "ended",
  failed: "failed",
  interrupted: "interrupted",
  closed: "closed",
};

export function ofRunsPage(seen: Seen, page: PagePart): readonly string[] {
  return seen.runs.flatMap((run) => {
    const row = page.byId(`r-${run.id}`);
    if (row === null) return [`${run.id} is not there`];
    const view = viewOf(seen, run.id);
    const what = row.tags("td", "what")[0]?.text ?? "";
    const held = view?.state === "queued" ? (view.held?.sentence ?? null) : null;
    const wrong = held === null || what.includes(held) ? [] : [`${run.id}: “${what}” is not ${held}`];
    return [
      ...wrong,
      ...ofCost(row.tags("td", "num")[0]?.text ?? "", view?.cost ?? null).map((each) => `${run.id}: ${each}`),
    ];
  });
}

export function ofRunPage(
  world: NightWorld,
  seen: Seen,
  { id, page }: { readonly id: string; readonly page: PagePart },
): readonly string[] {
  const run = seen.runs.find((one) => one.id === id);
  const view = viewOf(seen, id);
  if (run === undefined || view === null) return [];
  const wrong: string[] = [];
  const { facts } = page;
  const { recorder } = world;
  const state = facts.get("State")?.text ?? "";
  if (!state.startsWith(STATE_WORDS[view.state])) wrong.push(`its state is “${state}”, not ${view.state}`);
  const past = page.byId("run-record")?.tags("li").length ?? 0;
  if (past !== run.attempts.length) wrong.push(`${past} past attempts, not ${run.attempts.length}`);
  const sittings = recorder.of(run.key).filter((sitting) => sitting.run === id);
  const ended = sittings.filter(({ toMs }) => toMs !== null && toMs < seen.atMs - LATELY_MS).length;
  if (past < ended) wrong.push(`${past} past attempts, and ${ended} of its workers have ended`);
  const usd = sittings.reduce((sum, sitting) => sum + (sitting.usd ?? 0), 0);
  // While nothing can be written to the disk, what a worker says now is not there yet.
  const isUnwritten = world.isDiskFull && sittings.some(({ toMs }) => toMs === null);
  const isQuiet = sittings.every(
    ({ usedAtMs, usdAtMs }) =>
      !isUnwritten &&
      Math.max(usedAtMs, usdAtMs ?? 0) < seen.atMs - COST_LATELY_MS &&
      (usdAtMs === null || !isCutOff(world, usdAtMs)),
  );
  const [shown] = /\d+\.\d\d/.exec(facts.get("This run")?.text ?? "") ?? [];
  if (isQuiet && usd > CENTS && Math.abs(Number(shown ?? 0) - usd) > CENTS)
    wrong.push(`it cost $${shown}, and its workers printed $${usd}`);
  return wrong;
}

export function ofTaskPage(
  seen: Seen,
  { key, page }: { readonly key: string; readonly page: PagePart },
): readonly string[] {
  const run = seen.status.tasks.find((row) => row.key === key)?.run ?? null;
  if (run === null) return [];
  const work = page.byId("work");
  const text = work?.text ?? "";
  const wrong: string[] = [];
  const says =
    run.state === "queued"
      ? `Queued by ${run.queued_by}`
      : `attempt ${run.attempt}, ${STATE_WORDS[run.state]}`;
  if (!text.includes(says)) wrong.push(`“${text}” is not ${says}`);
  const held = run.state === "queued" && run.question?.answer !== null ? run.held : null;
  if (held !== null && held !== undefined && !text.includes(held.sentence))
    wrong.push(`“${text}” is not ${held.sentence}`);
  if (
    run.last_end !== null &&
    work?.facts.get("Last attempt")?.text !== run.last_end.replace(/\s+/g, " ").trim()
  )
    wrong.push(`its last attempt ${work?.facts.get("Last attempt")?.text}, not ${run.last_end}`);
  return wrong;
}

/** Its account, what that waits for, and how much of its windows is used. */
export function ofWorkersPage({ config }: NightWorld, { status }: Seen, page: PagePart): readonly string[] {
  const { pauses, windows } = status.dispatch;
  const observedMs = Date.parse(status.observed_at);
  return Object.entries(config.workers.named).flatMap(([name, settings]) => {
    const section = page.tags("section", "group").find((each) => each.tags("h2")[0]?.text === name);
    if (section === undefined) return [`${name} is not there`];
    const account = settings.account ?? "";
    const { facts, timesMs } = section;
    const wrong: string[] = [];
    if (facts.get("Account")?.text.startsWith(account) !== true)
      wrong.push(`${name}: its account is ${facts.get("Account")?.text}, not ${account}`);
    const waits = facts.get("Waits")?.text ?? "";
    const mine = pauses.filter(({ workers }) => workers.includes(name));
    if ((mine.length === 0) !== (waits === ""))
      wrong.push(`${name}: it waits for “${waits}”, not ${mine.length} pauses`);
    for (const { account: of, resets_at: resets } of windows)
      if (of === account && resets !== null && !timesMs.includes(Date.parse(resets)))
        wrong.push(`${name}: no window resets at ${resets}`);
    for (const [, clock] of section.text.matchAll(/ resets (\d\d:\d\d), as of/g))
      if (!timesMs.some((ms) => ms > observedMs - LATELY_MS)) wrong.push(`${name}: it still resets ${clock}`);
    return wrong;
  });
}

function ofCost(shown: string, cost: RunView["cost"]): readonly string[] {
  const [dollars] = /\d+\.\d\d/.exec(shown) ?? [];
  if (cost === null) return dollars === undefined ? [] : [`it cost ${shown}, which is not known`];
  return Math.abs(Number(dollars ?? 0) - cost.usd) > CENTS ? [`it cost ${shown}, not $${cost.usd}`] : [];
}

function viewOf({ status }: Seen, id: string): RunView | null {
  return status.tasks.find(({ run }) => run?.id === id)?.run ?? null;
}
