import { endPause, holdPause, letPauseEnd } from "../../../app/runs/pauses/end-pause.ts";
import { kindNamed } from "../../../core/agent/kinds/agent-kinds.ts";
import { accountOf } from "../../../core/agent/workers/account.ts";
import { configuredWorkers } from "../../../core/agent/workers/configured-workers.ts";
import { isByHand } from "../../../core/pause/pause-by-hand.ts";
import { pauseWords, waitSentence } from "../../../core/pause/pause-words.ts";
import {
  type AccountWindow,
  isSameScope,
  type PauseScope,
  type ScopedPause,
} from "../../../core/records/scoped-pause.ts";
import { isoTime, isoTimeOrNull } from "../../../core/text/iso-time.ts";
import { nearest } from "../../../core/text/nearest.ts";
import { actorOf } from "../../contract/actor.ts";
import type { Command, CommandContext, RepositoryContext } from "../../contract/command.ts";
import { refused, usage } from "../../contract/errors.ts";
import { AS, FORMAT, REPO } from "../../contract/flags.ts";
import { printLines } from "../../contract/print-result.ts";
import { alignColumns } from "../../print/columns.ts";
import { clockTime } from "../../print/duration.ts";
import { terminalText } from "../../print/terminal-text.ts";
import { awaitRunner } from "../../repository/await-runner.ts";
import { type FreshRuns, type OpenedStore, withFreshRuns, withStore } from "../../repository/open-runs.ts";

export const command: Command = {
  insideRun: ({ arguments: [verb] }) => (verb === undefined ? "allowed" : "refused"),
  arguments: [
    {
      name: "verb",
      required: false,
      description:
        "resume ends a pause now; hold lets it wait for a person; auto lets it end at its own time again",
    },
    { name: "name", required: false, description: "the account, host or set-up; without it every one" },
  ],
  description:
    "What waits for a usage limit, an outage, a sign-in or a set-up: since when, until when, what is tried next, and how much of each usage window is used. See docs/night.md.",
  flags: [REPO, AS, FORMAT],
  examples: [
    { line: "tasks limits", does: "what waits, and for what" },
    { line: "tasks limits resume claude@build-1", does: "its runs start again now, two at a time" },
    { line: "tasks limits hold claude@build-1", does: "they wait until a person ends it" },
    { line: "tasks limits auto claude@build-1", does: "they wait for its own time again" },
  ],
  run: limits,
};

const CHANGES = {
  resume: { act: endPause, done: "starts again, two at a time." },
  hold: { act: holdPause, done: "waits until a person ends it." },
  auto: { act: letPauseEnd, done: "ends at its own time again." },
} as const;
type Verb = keyof typeof CHANGES;

const isVerb = (word: string): word is Verb => Object.hasOwn(CHANGES, word);

async function limits(context: CommandContext): Promise<void> {
  const [verb, name = null] = context.arguments;
  if (verb === undefined) return await withFreshRuns(context, print);
  if (isVerb(verb)) return await withStore(context, (opened) => change(opened, verb, name));
  throw usage(
    `"tasks limits" does not know ${JSON.stringify(verb)}.`,
    "Use `tasks limits`, or resume, hold or auto after it.",
  );
}

async function change(opened: OpenedStore, verb: Verb, name: string | null): Promise<void> {
  const { store, system } = opened;
  const scopes = await scopesNamed(opened, name);
  const { act, done } = CHANGES[verb];
  const by = actorOf(opened);
  for (const scope of scopes) await act({ clock: system.clock, store }, { scope, by });
  await awaitRunner(opened, store);
  printLines(
    opened,
    { [verb]: scopes },
    scopes.map(({ name: scope }) => terminalText(`${scope} ${done}`)),
    "Nothing is paused.",
  );
}

async function scopesNamed({ store }: OpenedStore, name: string | null): Promise<readonly PauseScope[]> {
  const scopes = (await store.readScopedPauses())
    .filter(({ phase }) => phase !== "suspected")
    .map(({ scope }) => scope);
  if (name === null) return scopes;
  const found = scopes.filter((scope) => scope.name === name);
  if (found.length > 0) return found;
  const names = scopes.map((scope) => scope.name);
  const meant = nearest(name, names);
  throw refused(
    `Nothing called ${JSON.stringify(name)} is paused.`,
    names.length === 0 ? "Nothing is paused." : `Did you mean ${meant ?? names.join(", ")}?`,
  );
}

async function print(opened: FreshRuns): Promise<void> {
  const { output, snapshot, runs } = opened;
  const [all, windows] = [await runs.store.readScopedPauses(), await runs.store.readAccountWindows()];
  const pauses = all
    .filter(({ phase }) => phase !== "suspected")
    .map((pause): Waited => {
      const view = snapshot.dispatch.pauses.find(({ scope }) => isSameScope(scope, pause.scope));
      return { pause, count: view?.waiting ?? 0, waiting: view?.waiting_tasks ?? [] };
    });
  const blind = await workersThatCannotTell(opened);
  const lines = [
    ...(pauses.length === 0 ? ["Nothing is paused."] : pauses.flatMap((each) => pauseLines(opened, each))),
    ...(windows.length === 0 ? [] : ["", "Usage windows"]),
    ...alignColumns(
      windows.map((window) => windowCells(opened, window)),
      output.resultColumns,
    ),
    ...blind.map((worker) =>
      terminalText(`${worker} cannot tell when its limit is reached: such an attempt counts as failed.`),
    ),
  ];
  printLines(
    opened,
    {
      pauses: pauses.map(pauseRecord),
      windows: windows.map(({ account, window, usedPercent, resetsAtMs, atMs }) => ({
        ...{ account, window, used_percent: usedPercent },
        ...{ resets_at: isoTimeOrNull(resetsAtMs), at: isoTime(atMs) },
      })),
      cannot_tell: blind,
    },
    lines,
  );
}

/** `waiting`: the first of `count`. */
type Waited = { readonly pause: ScopedPause; readonly count: number; readonly waiting: readonly string[] };

function pauseLines({ system }: RepositoryContext, { pause, count, waiting }: Waited): string[] {
  const { scope, why, sinceMs, untilMs } = pause;
  const nowMs = system.clock.wallMs();
  const until = untilMs === null ? "" : `, until ${clockTime(untilMs, nowMs)}`;
  const more = count > waiting.length ? ` and ${count - waiting.length} more` : "";
  return [
    `${waitSentence(pauseWords(pause), count)}: ${why}`,
    `  ${scope.name}, since ${clockTime(sinceMs, nowMs)}${until}; ${next(pause, nowMs)}`,
    ...(waiting.length === 0 ? [] : [`  waiting: ${waiting.join(", ")}${more}`]),
  ].map(terminalText);
}

function next(pause: ScopedPause, nowMs: number): string {
  const { phase, nextProbeMs, untilMs } = pause;
  if (phase === "probing") return "one run tries it now";
  if (phase === "easing") return "two at a time start again";
  if (isByHand(pause)) return "waits for a person: tasks limits resume, or auto for its own time";
  if (nextProbeMs === null) return "tried when the credentials change, or after tasks limits resume";
  const known = untilMs === null ? "no end is known, " : "";
  return `${known}tried at ${clockTime(Math.max(nextProbeMs, nowMs), nowMs)}`;
}

function windowCells(
  { system }: RepositoryContext,
  { account, window, usedPercent, resetsAtMs, atMs }: AccountWindow,
): string[] {
  const nowMs = system.clock.wallMs();
  return [
    terminalText(account),
    terminalText(window === "" ? "–" : window),
    usedPercent === null ? "–" : `${Math.round(usedPercent)} %`,
    resetsAtMs === null
      ? "no reset known"
      : `${resetsAtMs <= nowMs ? "reset at" : "resets"} ${clockTime(resetsAtMs, nowMs)}`,
    `as of ${clockTime(atMs, nowMs)}`,
  ];
}

function pauseRecord({ pause, count, waiting }: Waited) {
  const { scope, cause, why, sinceMs, untilMs, nextProbeMs, phase, window, failedProbes } = pause;
  return {
    ...{ scope, cause, why, phase, window, failed_probes: failedProbes },
    ...{ by_hand: isByHand(pause), waiting, waiting_count: count },
    ...{ since: isoTime(sinceMs), until: isoTimeOrNull(untilMs), next_probe: isoTimeOrNull(nextProbeMs) },
  };
}

/** By name, with the account that they use. */
async function workersThatCannotTell({ loaded, system }: RepositoryContext): Promise<string[]> {
  const { host } = await system.describeHolder();
  return configuredWorkers(loaded.config)
    .all.filter(({ kind }) => kindNamed(kind)?.abilities.limit.can === false)
    .map((worker) => `${worker.name} (${accountOf(worker, host)})`);
}
