// From a draft to the row: signals are raised or held back, which decides the group.

import { withSignals } from "../classify/classify.ts";
import type { Acknowledgement } from "../contract/acknowledgement.ts";
import type { Problem } from "../contract/problem.ts";
import type { Signal, SignalCode } from "../contract/signal.ts";
import type { TaskRow } from "../contract/snapshot.ts";
import type { Section } from "../contract/task.ts";
import { raiseSignals } from "../signal/raise-signals.ts";
import type { TimedState } from "../signal/timed-signals.ts";
import { type Draft, tierBefore } from "./draft.ts";
import { enteredTime, type RowTime } from "./row-times.ts";

const NO_SIGNALS: readonly Signal[] = [];
const NO_ACKNOWLEDGEMENTS: readonly Acknowledgement[] = [];

/** Finishes a draft; signals of the codes in `held` that would turn now are kept back. */
export function finishRow(draft: Draft, held: ReadonlySet<SignalCode>): TaskRow {
  const { inputs, moment, facts, changed, base, baseSince } = draft;
  const signals = raiseSignals({
    findings: draft.findings,
    timed: allowed(draft, held),
    before: moment.before?.signals ?? NO_SIGNALS,
    acknowledgements: inputs.acknowledgements ?? NO_ACKNOWLEDGEMENTS,
    nowMs: moment.nowMs,
  });
  const final = withSignals(base, signals as TaskRow["signals"]);
  const since = sinceOf(draft, final.group, signals);
  const { spec, links, owner } = inputs.task;
  return {
    key: links.key,
    slug: spec.slug,
    id: spec.id,
    title: spec.title ?? `${spec.slug}.md`,
    description: shortened(spec.description),
    file: spec.file,
    workstream: spec.workstream,
    status: spec.status,
    priority: spec.priority,
    milestone: spec.milestone,
    initiative: spec.initiative,
    owner: owner.owner,
    owner_as: owner.writtenAs,
    owner_state: owner.state,
    group: final.group,
    base_group: base.group,
    rule: final.rule,
    reason: final.reason,
    since: since.at,
    since_basis: since.basis,
    base_since: baseSince.at,
    base_since_basis: baseSince.basis,
    changed_at: changed.at,
    changed_basis: changed.basis,
    dependencies: facts.dependencies,
    dependents: links.dependents as string[],
    progress: progressOf(spec.sections),
    sections: spec.sections as TaskRow["sections"],
    gates: spec.gates,
    completed: spec.completed,
    completed_by: spec.completedBy,
    worker: spec.worker,
    problems: withUrgency(draft.problems, signals) as TaskRow["problems"],
    signals: signals as TaskRow["signals"],
    run: facts.run,
    pull_request: facts.pull_request,
  };
}

/** A sentence or two; the rest of a longer one is on the task's own page. */
const DESCRIPTION_LENGTH_MAX = 500;

function shortened(description: string | null): string | null {
  if (description === null || description.length <= DESCRIPTION_LENGTH_MAX) return description;
  return `${description.slice(0, DESCRIPTION_LENGTH_MAX - 1).toWellFormed()}…`;
}

/** A problem that needs a person is an error, whatever its severity in a finished task. */
function withUrgency(problems: readonly Problem[], signals: readonly Signal[]): readonly Problem[] {
  if (problems.length === 0 || signals.length === 0) return problems;
  const urgent = new Set<string>(signals.filter(({ tier }) => tier === 2).map(({ code }) => code));
  return problems.map((problem) => (urgent.has(problem.code) ? { ...problem, severity: "error" } : problem));
}

/** The timed signal that may be raised: one that is held back keeps its tier. */
function allowed({ timed, turning, moment }: Draft, held: ReadonlySet<SignalCode>): TimedState | null {
  if (timed === null || !turning || !held.has(timed.code)) return timed;
  const tier = tierBefore(timed, moment.before);
  return tier === 0 ? null : { ...timed, tier };
}

function sinceOf(
  { moment: { before, lost, nowMs }, base, baseSince, learned }: Draft,
  group: TaskRow["group"],
  signals: readonly Signal[],
): RowTime {
  return enteredTime({
    group,
    before: before && { group: before.group, at: before.since, basis: before.since_basis },
    lost,
    initial: group === base.group ? baseSince : { at: firstRaised(signals), basis: "first_seen" },
    learned: group === base.group ? learned : null,
    nowMs,
  });
}

/** A new task that needs a person has done so since its oldest urgent signal. */
function firstRaised(signals: readonly Signal[]): string {
  const urgent = signals
    .filter(({ tier, acknowledged }) => tier === 2 && acknowledged === null)
    .map(({ first_seen }) => first_seen);
  return urgent.reduce((oldest, time) => (time < oldest ? time : oldest));
}

function progressOf(sections: readonly Section[]): TaskRow["progress"] {
  let ticked = 0;
  let dropped = 0;
  let total = 0;
  for (let at = 0; at < sections.length; at++) {
    ticked += sections[at]?.ticked ?? 0;
    dropped += sections[at]?.dropped ?? 0;
    total += sections[at]?.total ?? 0;
  }
  return { ticked, dropped, total };
}
