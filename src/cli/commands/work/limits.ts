import { endPause, holdPause } from "../../../app/runs/pauses/end-pause.ts";
import { kindNamed } from "../../../core/agent/kinds/agent-kinds.ts";
import { accountOf } from "../../../core/agent/workers/account.ts";
import { configuredWorkers } from "../../../core/agent/workers/configured-workers.ts";
import { pauseSentence } from "../../../core/pause/pause-words.ts";
import { isHeldBy } from "../../../core/pause/start-through.ts";
import type { AccountWindow, PauseScope, ScopedPause } from "../../../core/records/scoped-pause.ts";
import { isoTime, isoTimeOrNull } from "../../../core/text/iso-time.ts";
import { nearest } from "../../../core/text/nearest.ts";
import { actorOf } from "../../contract/actor.ts";
import type { Command } from "../../contract/command.ts";
import { refused, usage } from "../../contract/errors.ts";
import { AS, FORMAT, REPO } from "../../contract/flags.ts";
import { printLines } from "../../contract/print-result.ts";
import { alignColumns } from "../../print/columns.ts";
import { clockTime } from "../../print/duration.ts";
import { terminalText } from "../../print/terminal-text.ts";
import { awaitRunner } from "../../repository/await-runner.ts";
import { type OpenedStore, withStore } from "../../repository/open-runs.ts";

export const command: Command = {
  insideRun: ({ arguments: [verb] }) => (verb === undefined ? "allowed" : "refused"),
  arguments: [
    { name: "verb", required: false, description: "resume ends a pause now; hold lets it wait for a person" },
    { name: "name", required: false, description: "the account, host or set-up; without it every one" },
  ],
  description:
    "What waits for a usage limit, an outage, a sign-in or a set-up: since when, until when, what is tried next, and how much of each usage window is used. See docs/night.md.",
  flags: [REPO, AS, FORMAT],
  examples: [
    { line: "tasks limits", does: "what waits, and for what" },
    { line: "tasks limits resume claude@build-1", does: "its runs start again now, two at a time" },
  ],
  run: (context) => withStore(context, limits),
};

async function limits(opened: OpenedStore): Promise<void> {
  const [verb, name = null] = opened.arguments;
  if (verb === undefined) return await print(opened);
  if (verb === "resume" || verb === "hold") return await change(opened, verb, name);
  throw usage(
    `"tasks limits" does not know ${JSON.stringify(verb)}.`,
    "Use `tasks limits`, `tasks limits resume` or `tasks limits hold`.",
  );
}

async function change(opened: OpenedStore, verb: "resume" | "hold", name: string | null): Promise<void> {
  const { store, system } = opened;
  const scopes = await scopesNamed(opened, name);
  const act = verb === "resume" ? endPause : holdPause;
  const by = actorOf(opened);
  for (const scope of scopes) await act({ clock: system.clock, store }, { scope, by });
  await awaitRunner(opened, store);
  const done = verb === "resume" ? "starts again, two at a time." : "waits until a person ends it.";
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

async function print(opened: OpenedStore): Promise<void> {
  const { store, output } = opened;
  const [all, windows, runs] = [
    await store.readScopedPauses(),
    await store.readAccountWindows(),
    await store.readOpenRuns(),
  ];
  const pauses = all
    .filter(({ phase }) => phase !== "suspected")
    .map((pause) => ({
      pause,
      waiting: runs.filter((run) => isHeldBy(run, pause.scope)).map(({ key }) => key),
    }));
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
      pauses: pauses.map(({ pause, waiting }) => pauseRecord(pause, waiting)),
      windows: windows.map(({ account, window, usedPercent, resetsAtMs, atMs }) => ({
        ...{ account, window, used_percent: usedPercent },
        ...{ resets_at: isoTimeOrNull(resetsAtMs), at: isoTime(atMs) },
      })),
      cannot_tell: blind,
    },
    lines,
  );
}

type Waited = { readonly pause: ScopedPause; readonly waiting: readonly string[] };

function pauseLines({ system }: OpenedStore, { pause, waiting }: Waited): string[] {
  const { scope, why, sinceMs, untilMs } = pause;
  const nowMs = system.clock.wallMs();
  const until = untilMs === null ? "" : `, until ${clockTime(untilMs, nowMs)}`;
  return [
    `${pauseSentence(pause, waiting.length)}: ${why}`,
    `  ${scope.name}, since ${clockTime(sinceMs, nowMs)}${until}; ${next(pause, nowMs)}`,
    ...(waiting.length === 0 ? [] : [`  waiting: ${waiting.join(", ")}`]),
  ].map(terminalText);
}

function next({ phase, nextProbeMs, untilMs, cause }: ScopedPause, nowMs: number): string {
  if (phase === "probing") return "one run tries it now";
  if (phase === "easing") return "two at a time start again";
  if (nextProbeMs === null)
    return cause === "signed_out"
      ? "tried when the credentials change, or after tasks limits resume"
      : "waits for a person: tasks limits resume";
  const known = untilMs === null ? "no end is known, " : "";
  return `${known}tried at ${clockTime(Math.max(nextProbeMs, nowMs), nowMs)}`;
}

function windowCells(
  { system }: OpenedStore,
  { account, window, usedPercent, resetsAtMs, atMs }: AccountWindow,
): string[] {
  const nowMs = system.clock.wallMs();
  return [
    terminalText(account),
    terminalText(window === "" ? "–" : window),
    usedPercent === null ? "–" : `${Math.round(usedPercent)} %`,
    resetsAtMs === null ? "no reset known" : `resets ${clockTime(resetsAtMs, nowMs)}`,
    `as of ${clockTime(atMs, nowMs)}`,
  ];
}

function pauseRecord(pause: ScopedPause, waiting: readonly string[]) {
  const { scope, cause, why, sinceMs, untilMs, nextProbeMs, phase, window, failedProbes } = pause;
  return {
    ...{ scope, cause, why, phase, window, failed_probes: failedProbes, waiting },
    ...{ since: isoTime(sinceMs), until: isoTimeOrNull(untilMs), next_probe: isoTimeOrNull(nextProbeMs) },
  };
}

/** By name, with the account that they use. */
async function workersThatCannotTell({ loaded, system }: OpenedStore): Promise<string[]> {
  const { host } = await system.describeHolder();
  return configuredWorkers(loaded.config)
    .all.filter(({ kind }) => kindNamed(kind)?.abilities.limit.can === false)
    .map((worker) => `${worker.name} (${accountOf(worker, host)})`);
}
