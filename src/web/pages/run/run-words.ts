// Runs in words, for rows and pages.

import { kindNamed } from "../../../core/agent/kinds/agent-kinds.ts";
import type { DoingView } from "../../../core/contract/agent-view.ts";
import type { Run, RunState, Verdict } from "../../../core/contract/run.ts";
import type { RunView } from "../../../core/contract/run-view.ts";

type Worked = Pick<RunView, "kind" | "worker_name" | "queued_by" | "attempt" | "host" | "agent">;

/** "claude, attempt 2", "careful (claude), attempt 1", "rj, by hand". */
export function workerWords(run: Worked): string {
  if (run.kind === "by_hand") return `${run.worker_name ?? run.queued_by}, by hand`;
  return `${agentWords({ workerName: run.worker_name, agent: run.agent })}, attempt ${run.attempt}`;
}

type Named = { readonly workerName: string | null; readonly agent: { readonly kind: string } | null };

/** "careful (claude)": a worker, and its kind where the name does not say it. */
export function agentWords({ workerName, agent }: Named): string {
  const name = workerName ?? "a worker";
  return agent === null || agent.kind === name || agent.kind === "command" ? name : `${name} (${agent.kind})`;
}

/** ", on build-2"; the runner's own host (`home`) is left out. */
export function placeWords({ host }: Pick<Worked, "host">, home: string): string {
  return host === null || host === home ? "" : `, on ${host}`;
}

/** Enough of an id to distinguish the runs of a task; the address has all of it. */
export function shortId(id: string): string {
  return UUID.test(id) ? id.slice(0, UUID_SHOWN) : id;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const UUID_SHOWN = 8;

export const RUN_STATE_WORDS: Readonly<Record<RunState, string>> = {
  queued: "queued",
  dispatching: "starting",
  running: "running",
  exited: "ended",
  failed: "failed",
  interrupted: "interrupted",
  closed: "closed",
};

/** A run's state: "closed as delivered by dave", "ended, worker reports done". */
export function stateWords({
  state,
  outcome,
  closing,
}: Pick<Run, "state" | "closing"> & { readonly outcome: { readonly kind: string } | null }): string {
  if (closing !== null) return `${closing.as} by ${closing.by}: ${closing.why.replace(/\.$/, "")}`;
  const said = outcome === null ? "" : `, worker reports ${outcome.kind}`;
  return `${RUN_STATE_WORDS[state]}${said}`;
}

/** Whether one of our workers may be alive. */
export function isAtWork(run: Pick<RunView, "state"> | null): boolean {
  return run?.state === "dispatching" || run?.state === "running";
}

/**
 * It waits for an answer, a limit or something else, and keeps its slot meanwhile: its kind of worker cannot continue in the
 * same session, so an interrupt would lose its work.
 */
export function keepsSlot({ kind, state, agent, progress, doing }: RunView): boolean {
  if (kind !== "supervised" || state !== "running" || agent === null) return false;
  const isWaiting = WAITS.has(progress?.verdict ?? "") || WAITS.has(doing?.kind ?? "");
  return isWaiting && kindNamed(agent.kind)?.abilities.resume.can === false;
}

export const KEEPS_SLOT = "keeps its slot: its worker cannot continue in the same session after an end";

const WAITS: ReadonlySet<Verdict | DoingView["kind"] | ""> = new Set([
  ...(["waiting", "overdue", "asking"] as const),
  ...(["retrying", "permission", "question"] as const),
]);
