// Why a task is in its group (invariant 9): the rules in the order they were tried, and their inputs, each with its time.
// Works on a stored row, because rules read only fields of the row.

import type { TimeBasis } from "../contract/parsed-file.ts";
import type { Group, Snapshot, TaskRow } from "../contract/snapshot.ts";
import { AWAITED_WORDS } from "../pull-request/pull-request-words.ts";
import { thresholdText, timedRuleOf } from "../signal/timed-signals.ts";
import { listed } from "../text/listed.ts";
import { RULES, type Rule } from "./rules.ts";

export type RuleStep = {
  readonly rule: string;
  readonly group: Group;
  /** When the rule matches, in plain words. */
  readonly when: string;
  readonly outcome: "matched" | "missed" | "not_tried";
  /** The reason it matched or missed; empty for one that was not tried. */
  readonly why: string;
};

export type ExplainedInput = {
  readonly name: string;
  readonly value: string;
  /** ISO 8601; null for what has no time. */
  readonly since: string | null;
  /** How the time is known; `first_seen` reads "at least". */
  readonly basis: TimeBasis | null;
};

export type Explanation = {
  readonly key: string;
  readonly group: Group;
  readonly base_group: Group;
  readonly rule: string;
  readonly reason: string;
  readonly since: string;
  readonly since_basis: TimeBasis;
  readonly steps: readonly RuleStep[];
  readonly inputs: readonly ExplainedInput[];
  /** Sentences about what is held back, and what time will bring. */
  readonly notes: readonly string[];
};

/** Explains a row. `snapshot` gives the rows of its dependencies, the thresholds and the doubts. */
export function explain(
  row: TaskRow,
  snapshot: Pick<Snapshot, "tasks" | "thresholds" | "doubts">,
  rules: readonly Rule[] = RULES,
): Explanation {
  return {
    key: row.key,
    group: row.group,
    base_group: row.base_group,
    rule: row.rule,
    reason: row.reason,
    since: row.since,
    since_basis: row.since_basis,
    steps: stepsOf(row, rules),
    inputs: inputsOf(row, snapshot),
    notes: notesOn(row, snapshot),
  };
}

function stepsOf(row: TaskRow, rules: readonly Rule[]): RuleStep[] {
  let decided = false;
  return rules.map((rule) => {
    const { id, group, when } = rule;
    if (decided) return { rule: id, group, when, outcome: "not_tried", why: "" };
    const reason = rule.match(row);
    if (reason === null) return { rule: id, group, when, outcome: "missed", why: rule.miss(row) };
    decided = true;
    return { rule: id, group, when, outcome: "matched", why: reason };
  });
}

function inputsOf(row: TaskRow, { tasks }: Pick<Snapshot, "tasks">): ExplainedInput[] {
  const rows = new Map(row.dependencies.length === 0 ? [] : tasks.map((task) => [task.key, task]));
  // With a run or a pull request the group may date from these rather than from the file.
  const isOfFileAlone = row.run === null && row.pull_request === null;
  return [
    { name: "file", value: row.file, since: row.changed_at, basis: row.changed_basis },
    {
      name: "status",
      value: row.status ?? "cannot be read",
      since: isOfFileAlone ? row.base_since : null,
      basis: isOfFileAlone ? row.base_since_basis : null,
    },
    ...row.dependencies.map(({ key, reference, state, candidates }): ExplainedInput => {
      const target = key === null ? undefined : rows.get(key);
      const name = `dependency ${reference}`;
      if (target !== undefined) {
        return { name, value: state, since: target.base_since, basis: target.base_since_basis };
      }
      const value = candidates.length === 0 ? state : `${state}: ${listed(candidates, "or")}`;
      return { name, value, since: null, basis: null };
    }),
    ...runInputs(row.run),
    ...pullRequestInputs(row.pull_request),
    ...row.signals.map(({ code, tier, sentence, first_seen, acknowledged }): ExplainedInput => {
      const what = tier === 2 ? "needs a person" : "worth watching";
      const mark = acknowledged === null ? "" : `, ${acknowledged.kind} by ${acknowledged.by}`;
      return {
        name: `signal ${code}`,
        value: `${sentence} (${what}${mark})`,
        since: first_seen,
        basis: null,
      };
    }),
  ];
}

/** The run and the evidence of its progress, each with the time of its last change. */
function runInputs(run: TaskRow["run"]): ExplainedInput[] {
  if (run === null) return [];
  const inputs: ExplainedInput[] = [
    {
      name: "run",
      value: run.attempt === 0 ? run.state : `${run.state}, attempt ${run.attempt}`,
      since: run.since,
      basis: null,
    },
  ];
  const { progress } = run;
  if (progress === null) return inputs;
  const verdict = progress.detail === null ? progress.verdict : `${progress.verdict}: ${progress.detail}`;
  inputs.push({ name: "progress", value: verdict, since: progress.quiet_since, basis: null });
  for (const { witness: source, at, text } of progress.evidence) // words-ok: a key of the public JSON
    inputs.push({ name: `evidence: ${EVIDENCE_WORDS[source]}`, value: text, since: at, basis: null });
  return inputs;
}

const EVIDENCE_WORDS = {
  output: "output",
  worktree: "worktree",
  processor: "CPU",
  report: "report",
} as const;

/** Facts of the host that rules and signals read; their age is that of the source. */
function pullRequestInputs(pullRequest: TaskRow["pull_request"]): ExplainedInput[] {
  if (pullRequest === null) return [];
  const { number, state, draft, waits, merge, checks, linked_by: linkedBy, care } = pullRequest;
  const at = pullRequest.merged_at ?? pullRequest.closed_at ?? pullRequest.created_at;
  const found = linkedBy === "branch" ? `branch ${pullRequest.branch}` : "named in the file";
  const inputs: ExplainedInput[] = [
    {
      name: `pull request #${number}`,
      value: `${draft ? "draft, " : ""}${state}, ${found}`,
      since: at,
      basis: null,
    },
  ];
  if (waits !== null) {
    const value = `${AWAITED_WORDS[waits.for]}: ${waits.what}`;
    inputs.push({ name: "waits for", value, since: waits.since, basis: null });
  }
  if (merge !== null) inputs.push({ name: "merge", value: merge.words, since: merge.at, basis: null });
  const counts = (["failing", "running", "passing", "skipped"] as const).filter((one) => checks[one] > 0);
  if (counts.length > 0) {
    const value = counts.map((one) => `${checks[one]} ${one}`).join(", ");
    inputs.push({ name: "checks", value, since: null, basis: null });
  }
  if (care.next !== null || care.because !== null) {
    const value = care.next === null ? `none: ${care.because}` : care.next;
    inputs.push({ name: "automatic repair", value, since: care.rebase?.at ?? null, basis: null });
  }
  return inputs;
}

/** Thresholds that act on the row, and a doubt that may hold its signal back. */
function notesOn(row: TaskRow, { thresholds, doubts }: Pick<Snapshot, "thresholds" | "doubts">): string[] {
  const timed = timedRuleOf(row);
  if (timed === null) return [];
  const { rule } = timed;
  const doubt = doubts.find(({ evidence }) => evidence["signal"] === rule.code);
  const watch = thresholdText(rule.watchMs(thresholds));
  const person = thresholdText(rule.personMs(thresholds));
  return [
    `${rule.code} counts from ${rule.from}: worth watching after ${watch}, needs a person after ${person}.`,
    ...(doubt === undefined ? [] : [`New signals of this kind are held back: ${doubt.sentence}.`]),
  ];
}
