import { type OnceResult, runOnce } from "../../../app/one-shot/run-once.ts";
import { recoverRuns } from "../../../app/runs/recovery/recover-runs.ts";
import { dispatch as dispatchRuns } from "../../../app/runs/start/dispatch-tasks.ts";
import { AUTOMATIC_START } from "../../../app/runs/start/run-starter.ts";
import type { Attestation, Freshness, Snapshot } from "../../../core/contract/snapshot.ts";
import { computeFreshness } from "../../../core/cycle/freshness.ts";
import type { Store } from "../../../ports/store/store.ts";
import type { Command, CommandContext, RepositoryContext } from "../../contract/command.ts";
import { DISPATCH_READY, FORMAT, OWNER, REPO } from "../../contract/flags.ts";
import { asJson, printLines } from "../../contract/print-result.ts";
import { withProgress } from "../../print/progress.ts";
import { startLine } from "../../print/run-starts.ts";
import { noteFreshness, snapshotHead } from "../../print/snapshot-head.ts";
import { summaryLines } from "../../print/summary-lines.ts";
import { terminalText } from "../../print/terminal-text.ts";
import { chooseOwner, requestedOwner } from "../../repository/choose-owner.ts";
import { noteReplaced, openRepository } from "../../repository/open-repository.ts";
import { withRunner } from "../../repository/open-runner.ts";
import { openRuns } from "../../repository/open-runs.ts";
import { noteUntrusted } from "../../repository/trust.ts";

export const command: Command = {
  insideRun: "allowed",
  description:
    "Runs one update and writes the snapshot file, or asks the process that holds the repository's lease for one and waits. Suitable for cron.",
  flags: [REPO, OWNER, FORMAT, DISPATCH_READY],
  examples: [
    { line: "tasks heartbeat --owner dave --format json", does: "the snapshot of dave's tasks on stdout" },
  ],
  run: heartbeat,
};

/** Prints the counts and what needs a person, or with JSON the whole snapshot as /status.json has it. */
async function heartbeat(context: CommandContext): Promise<void> {
  const opened = await openRepository(context);
  const { output, system, loaded } = opened;
  const owner = requestedOwner(loaded);
  const { result, whole } = await runCycle(opened, { needsWhole: asJson(opened) || owner !== null });
  const { attestation, by, outcome } = result;
  const freshness = freshnessAfter(attestation, opened);
  const snapshot = whole === null ? result.brief : chooseOwner(whole, owner);
  noteReplaced(opened);
  noteFreshness(output, snapshot, freshness);
  if (by !== null) output.note(terminalText(`Process ${by.pid} on ${by.host} ran the update.`));
  const updated = outcome === "published" ? "published as" : "nothing changed since";
  printLines(opened, { ...snapshot, ...attestation, freshness }, [
    snapshotHead(snapshot, freshness, system.clock.wallMs()),
    ...summaryLines(snapshot),
    `${updated} snapshot ${snapshot.seq}, in ${Math.round(attestation.duration_ms)} ms`,
  ]);
}

/** The summary for everyone needs no rows, which are most of what an update without changes would have to read. */
async function runCycle(
  context: RepositoryContext,
  { needsWhole }: { readonly needsWhole: boolean },
): Promise<{ readonly result: OnceResult; readonly whole: Snapshot | null }> {
  const { output, signal, loaded } = context;
  return await withRunner(context, (runner) =>
    withProgress(output, "Updating", async (onProgress) => {
      const result = await runOnce(runner, { files: "always", syncs: true, signal, onProgress });
      if (loaded.config.dispatch.automatic) await startReady(context, runner.store, result);
      return { result, whole: needsWhole ? await result.snapshot() : null };
    }),
  );
}

/** With automatic start this is the dispatcher too, for a repository that only cron updates. */
async function startReady(context: RepositoryContext, store: Store, result: OnceResult): Promise<void> {
  noteUntrusted(context);
  const { tasks, dispatch } = await result.snapshot();
  const runs = await openRuns(context, { store });
  await recoverRuns(runs, { rows: new Map(tasks.map((row) => [row.key, row])), dryRun: false });
  const request = { rows: tasks, dispatch, max: null, by: AUTOMATIC_START, signal: context.signal };
  const started = await dispatchRuns(runs, request);
  for (const one of started) context.output.note(terminalText(startLine(one)));
}

/** The update has just succeeded, so only its age can make it stale. */
function freshnessAfter(attestation: Attestation, { system, loaded }: RepositoryContext): Freshness {
  const { freshness, refresh } = loaded.config;
  const nowMs = system.clock.wallMs();
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
