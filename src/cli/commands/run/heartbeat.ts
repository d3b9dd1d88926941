// `tasks heartbeat`: one update from the shell, and what it found.

import { type OnceResult, runOnce } from "../../../app/one-shot/run-once.ts";
import { recoverRuns } from "../../../app/runs/recovery/recover-runs.ts";
import { dispatch as dispatchRuns } from "../../../app/runs/start/dispatch-tasks.ts";
import { AUTOMATIC_START } from "../../../app/runs/start/run-starter.ts";
import type { Attestation, Freshness, Snapshot } from "../../../core/contract/snapshot.ts";
import { computeFreshness } from "../../../core/cycle/freshness.ts";
import type { Store } from "../../../ports/store/store.ts";
import type { CommandContext, RepositoryContext } from "../../contract/command.ts";
import { noteReplaced } from "../../contract/note-replaced.ts";
import { withProgress } from "../../print/progress.ts";
import { startLine } from "../../print/run-starts.ts";
import { noteFreshness, snapshotHead } from "../../print/snapshot-head.ts";
import { summaryLines } from "../../print/summary-lines.ts";
import { jsonText, terminalText } from "../../print/terminal-text.ts";
import { chooseOwner, requestedOwner } from "../../repository/choose-owner.ts";
import { openRepositoryContext } from "../../repository/open-repository.ts";
import { openRunner } from "../../repository/open-runner.ts";
import { openRuns } from "../../repository/open-runs.ts";
import { noteUntrusted } from "../../repository/trust.ts";

/** Prints the counts and what needs a person, or with JSON the whole snapshot as /status.json has it. */
export async function heartbeat(command: CommandContext): Promise<void> {
  const context = await openRepositoryContext(command);
  const { output, world, flags, loaded } = context;
  const wish = requestedOwner(loaded);
  const asJson = flags["format"] === "json";
  const { result, whole } = await runCycle(context, { needsWhole: asJson || wish !== null });
  const { attestation, by, outcome } = result;
  const freshness = freshnessAfter(attestation, context);
  const snapshot = whole === null ? result.brief : chooseOwner(whole, wish);
  noteReplaced(context);
  noteFreshness(output, snapshot, freshness);
  if (by !== null) output.note(terminalText(`Process ${by.pid} on ${by.host} ran the update.`));
  if (asJson) {
    output.result(jsonText({ ...snapshot, ...attestation, freshness }));
    return;
  }
  output.result(snapshotHead(snapshot, freshness, world.clock.wallMs()));
  for (const line of summaryLines(snapshot)) output.result(line);
  const updated = outcome === "published" ? "published as" : "nothing changed since";
  output.result(`${updated} snapshot ${snapshot.seq}, in ${Math.round(attestation.duration_ms)} ms`);
}

/** A summary of everyone needs no rows, which is most of what a cycle that changed nothing would have to read. */
async function runCycle(
  context: RepositoryContext,
  { needsWhole }: { readonly needsWhole: boolean },
): Promise<{ readonly result: OnceResult; readonly whole: Snapshot | null }> {
  const { runnerWorld, close } = await openRunner(context, { watches: false });
  try {
    return await withProgress(context.output, "Updating", async (onProgress) => {
      const { signal } = context;
      const result = await runOnce(runnerWorld, { files: "always", looksUp: true, signal, onProgress });
      if (context.loaded.config.dispatch.automatic) await startReady(context, runnerWorld.store, result);
      return { result, whole: needsWhole ? await result.snapshot() : null };
    });
  } finally {
    await close();
  }
}

/** With automatic start this is the dispatcher too: for a repository that only cron looks after. */
async function startReady(context: RepositoryContext, store: Store, result: OnceResult): Promise<void> {
  noteUntrusted(context);
  const { tasks, dispatch } = await result.snapshot();
  const runs = await openRuns(context, { store });
  await recoverRuns(runs, { rows: new Map(tasks.map((row) => [row.key, row])), dryRun: false });
  const wish = { rows: tasks, dispatch, max: null, by: AUTOMATIC_START, signal: context.signal };
  const started = await dispatchRuns(runs, wish);
  for (const one of started) context.output.note(terminalText(startLine(one)));
}

/** A cycle has just ended well: only its age can speak against it. */
function freshnessAfter(attestation: Attestation, { world, loaded }: RepositoryContext): Freshness {
  const { freshness, refresh } = loaded.config;
  const nowMs = world.clock.wallMs();
  const observedAtMs = Date.parse(attestation.observed_at);
  return computeFreshness({
    ageMs: nowMs - observedAtMs,
    observedAt: attestation.observed_at,
    lastAttempt: null,
    lastSuccessAtMs: observedAtMs,
    runner: "alive",
    nextAttemptAtMs: null,
    lateMs: freshness.late_s * 1000,
    staleMs: freshness.stale_s * 1000,
    waitMs: refresh.wait_ms,
    nowMs,
  });
}
