// `tasks run`: updates until stopped, without a server; or, started by a server, as its runner.

import { Runner } from "../../../app/runner/runner.ts";
import { RunMaintenance } from "../../../app/runs/recovery/run-maintenance.ts";
import type { RunnerEvent } from "../../../ports/system/runner-process.ts";
import type { CommandContext } from "../../contract/command.ts";
import { noteReplaced } from "../../contract/note-replaced.ts";
import { clockTime } from "../../print/duration.ts";
import { terminalText } from "../../print/terminal-text.ts";
import { openRepositoryContext } from "../../repository/open-repository.ts";
import { openRunner } from "../../repository/open-runner.ts";
import { openRuns } from "../../repository/open-runs.ts";
import { noteUntrusted } from "../../repository/trust.ts";

/** Runs until the signal, or until the server that started it is gone. */
export async function runUpdates(command: CommandContext): Promise<void> {
  const context = await openRepositoryContext(command);
  const { output, world, signal, flags } = context;
  await world.keepHeapSmall();
  const isKept = flags["kept"] === true;
  const wish = { watches: true, outlivesStore: isKept };
  const { runnerWorld, close } = await openRunner(context, wish);
  const parent = isKept ? await world.connectToParent() : null;
  const { store, log } = runnerWorld;
  const care = new RunMaintenance(await openRuns(context, { store, log }));
  const runner = new Runner(runnerWorld, { parent, care });
  const stop = () => void runner.stop();
  try {
    // Its server is gone already, and nothing would ever end it.
    if (isKept && parent === null) return;
    if (parent === null) {
      output.note(`Updating ${terminalText(runnerWorld.repositoryName)} until stopped with Ctrl-C.`);
      noteReplaced(context);
      noteUntrusted(context);
      runner.subscribe(
        onlyNews((event) => {
          const line = describeEvent(event, world.clock.wallMs());
          if (line !== null) output.result(terminalText(line));
        }),
      );
    }
    signal.addEventListener("abort", stop, { once: true });
    if (!signal.aborted) runner.start();
    else stop();
    await runner.ended;
  } finally {
    signal.removeEventListener("abort", stop);
    await close();
  }
}

/** A runner that waits says so each time it looks, once a second; whom it waits for is news only when it changes. */
function onlyNews(listener: (event: RunnerEvent) => void): (event: RunnerEvent) => void {
  let waitsFor: string | null = null;
  return (event) => {
    const holder = event.kind === "standby" ? event.holder.id : null;
    if (holder === null || holder !== waitsFor) listener(event);
    waitsFor = holder;
  };
}

/** A line for what a person at the terminal wants to know; cycles that found nothing new stay silent. */
function describeEvent(event: RunnerEvent, nowMs: number): string | null {
  const time = clockTime(nowMs, nowMs);
  switch (event.kind) {
    case "leading":
      return `${time} holds the lease, epoch ${event.epoch}`;
    case "standby":
      return `${time} waits: process ${event.holder.pid} on ${event.holder.host} updates this repository`;
    case "notice":
      return `${time} ${event.text}`;
    case "cycle_ended":
      if (event.outcome.kind === "published") {
        return `${time} published snapshot ${event.outcome.seq}, ${event.outcome.tasks} tasks, in ${event.endedAtMs - event.startedAtMs} ms`;
      }
      return event.outcome.kind === "failed" ? `${time} failed: ${event.outcome.detail}` : null;
    default:
      return null;
  }
}
