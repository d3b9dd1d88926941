// The one classifier: an ordered list of small rules, the first that matches decides the group. Every fact a rule
// looks at is a field of the row it produces, so the same list explains a stored row later (explain.ts).
//
// `in_review` has no rule yet: pull requests and runs, which feed it, are sources that are still off. A rule for open
// pull requests goes between `in_progress` and `ready`; one for live runs goes in front of `in_progress`.

import { inSentence } from "../listed.ts";
import type { Group, TaskRow } from "../snapshot/schema.ts";

/** What rules may look at. */
export type RuleFacts = Pick<TaskRow, "status" | "dependencies" | "completed" | "completed_by" | "signals">;

export type Rule = {
  /** Permanent: stored in rows and shown in small print. */
  readonly id: string;
  readonly group: Group;
  /** When it matches, in plain words. */
  readonly when: string;
  /** The reason people read when it matches, else null. */
  readonly match: (facts: RuleFacts) => string | null;
  /** Why it did not match, for the explanation. */
  readonly miss: (facts: RuleFacts) => string;
};

const completed: Rule = {
  id: "completed",
  group: "done",
  when: "the status is completed",
  match: (facts) => (facts.status === "completed" ? completion(facts) : null),
  miss: statusIs,
};

const cancelled: Rule = {
  id: "cancelled",
  group: "done",
  when: "the status is cancelled",
  match: ({ status }) => (status === "cancelled" ? "cancelled" : null),
  miss: statusIs,
};

const needsPerson: Rule = {
  id: "needs_person",
  group: "needs_attention",
  when: "a signal that needs a person is open and nobody acknowledged it",
  match: ({ signals }) => {
    const urgent = signals.filter(({ tier, acknowledged }) => tier === 2 && acknowledged === null);
    const [first] = urgent;
    if (first === undefined) return null;
    return urgent.length === 1 ? first.sentence : `${first.sentence} (and ${urgent.length - 1} more)`;
  },
  miss: () => "no open signal needs a person",
};

const inProgress: Rule = {
  id: "in_progress",
  group: "active",
  when: "the status is in_progress",
  match: ({ status }) => (status === "in_progress" ? "in progress" : null),
  miss: statusIs,
};

const ready: Rule = {
  id: "ready",
  group: "ready",
  when: "the status is ready and all dependencies are completed",
  match: ({ status, dependencies }) => {
    if (status !== "ready" || unfinished(dependencies).length > 0) return null;
    return dependencies.length === 0
      ? "ready, no dependencies"
      : `ready, ${allCompleted(dependencies.length)}`;
  },
  miss: (facts) => (facts.status === "ready" ? waitsFor(facts.dependencies) : statusIs(facts)),
};

const waitingOnTasks: Rule = {
  id: "waiting_on_tasks",
  group: "waiting",
  when: "the status is ready and a dependency is not completed",
  match: ({ status, dependencies }) =>
    status === "ready" && unfinished(dependencies).length > 0 ? waitsFor(dependencies) : null,
  miss: statusIs,
};

const blockedByHand: Rule = {
  id: "blocked_by_hand",
  group: "waiting",
  when: "the status is blocked",
  match: ({ status }) => (status === "blocked" ? "blocked by hand" : null),
  miss: statusIs,
};

const planned: Rule = {
  id: "planned",
  group: "planned",
  when: "nothing else matches, a status that cannot be read included",
  match: ({ status }) => (status === null ? "its status cannot be read" : "not started"),
  miss: () => "",
};

/** In order: the first that matches decides. The last matches everything. */
export const RULES: readonly [Rule, ...Rule[]] = [
  completed,
  cancelled,
  needsPerson,
  inProgress,
  ready,
  waitingOnTasks,
  blockedByHand,
  planned,
];

function statusIs({ status }: RuleFacts): string {
  return status === null ? "the status cannot be read" : `the status is ${status}`;
}

function completion({ completed_by: by, completed: date }: RuleFacts): string {
  return `completed${by === null ? "" : ` by ${by}`}${date === null ? "" : ` on ${date}`}`;
}

function allCompleted(count: number): string {
  return count === 1 ? "its dependency is completed" : `all ${count} dependencies completed`;
}

function unfinished(dependencies: RuleFacts["dependencies"]): RuleFacts["dependencies"] {
  return dependencies.filter(({ state }) => state !== "finished");
}

/** Dependencies named in a reason before the rest is only counted. */
const NAMED_DEPENDENCIES = 3;

/** "1 of 2 dependencies unfinished: fix-the-thing". */
function waitsFor(dependencies: RuleFacts["dependencies"]): string {
  const open = unfinished(dependencies);
  const names = open.slice(0, NAMED_DEPENDENCIES).map(({ key, reference, state }) => {
    const name = inSentence(key ?? reference);
    return state === "unfinished" ? name : `${name} (${state})`;
  });
  if (open.length > names.length) names.push(`${open.length - names.length} more`);
  const total = dependencies.length === 1 ? "1 dependency" : `${dependencies.length} dependencies`;
  return `${open.length} of ${total} unfinished: ${names.join(", ")}`;
}
