// `tasks run`: updates until stopped, without a server; or, started by a server, as its runner.

import { Runner } from "../../../app/runner/runner.ts";
import { RunMaintenance } from "../../../app/runs/recovery/run-maintenance.ts";
import type { RunnerEvent } from "../../../ports/system/runner-process.ts";
import type { Command, CommandContext } from "../../contract/command.ts";
import { OWNER, REPO } from "../../contract/flags.ts";
import { clockTime } from "../../print/duration.ts";
import { terminalText } from "../../print/terminal-text.ts";
import { openNotifier } from "../../repository/open-notifier.ts";
import { noteAwake, noteReplaced, openRepository } from "../../repository/open-repository.ts";
import { openRunner } from "../../repository/open-runner.ts";
import { openRuns } from "../../repository/open-runs.ts";
import { noteUntrusted } from "../../repository/trust.ts";

export const command: Command = {
  insideRun: "allowed",
  description: "Keeps the snapshot true without serving pages; a serve elsewhere shows what it publishes.",
  flags: [REPO, OWNER, { usage: "--kept", description: "started and watched by a server", hidden: true }],
  examples: [{ line: "tasks run --repo ~/work/app", does: "on the machine where the files are" }],
  run: runUpdates,
};

/** Runs until the signal, or until the server that started it is gone. */
async function runUpdates(context: CommandContext): Promise<void> {
  const opened = await openRepository(context);
  const { output, system, signal, flags } = opened;
  await system.keepHeapSmall();
  const isKept = flags["kept"] === true;
  const { runner: parts, close } = await openRunner(opened, { watches: true, outlivesStore: isKept });
  const parent = isKept ? await system.connectToParent() : null;
  const care = new RunMaintenance(await openRuns(opened, parts));
  const runner = new Runner(parts, {
    ...{ parent, care },
    notifier: openNotifier(opened, parts),
    awake: await system.openKeepAwake(),
  });
  const stop = () => void runner.stop();
  try {
    // Its server is gone already, and nothing would ever end it.
    if (isKept && parent === null) return;
    if (parent === null) {
      output.note(`Updating ${terminalText(parts.repositoryName)} until stopped with Ctrl-C.`);
      noteReplaced(opened);
      noteUntrusted(opened);
      noteAwake(opened);
      runner.subscribe(
        withoutRepeatedStandby((event) => {
          const line = describeEvent(event, system.clock.wallMs());
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

/** A runner that waits for another process reports it once a second; only a change of that process is news. */
function withoutRepeatedStandby(listener: (event: RunnerEvent) => void): (event: RunnerEvent) => void {
  let waitsFor: string | null = null;
  return (event) => {
    const holder = event.kind === "standby" ? event.holder.id : null;
    if (holder === null || holder !== waitsFor) listener(event);
    waitsFor = holder;
  };
}

/** A line for a person at the terminal; null for cycles that found nothing new. */
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
