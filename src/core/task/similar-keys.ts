// Keys that other tools use for something that has another name here. They are not read: a wrong guess would be worse than
// a hint.

export type SimilarKey = {
  /** Our key; null if the format has nothing like it. */
  readonly ours: string | null;
  /** Completes "It looks like". */
  readonly likeness: string;
  readonly hint: string;
};

/** What a key in any spelling (`depends_on`, `dependsOn`, `Depends-On`) looks like, if anything. */
export function similarKeyOf(key: string): SimilarKey | undefined {
  return LIKENESSES.get(plain(key));
}

const plain = (key: string) => key.toLowerCase().replaceAll(/[\s_-]+/g, "");

type Names = readonly string[];

const as = (ours: string, hint: string, names: Names) =>
  names.map((name) => [name, { ours, likeness: `${ours}, which is missing`, hint }] as const);

const OTHER_SIDE = "List this task under dependencies: in each task that waits for it.";
const NO_DUE_DATE = "Tasks have no due date: set milestone:, whose file has a target date.";

const LIKENESSES: ReadonlyMap<string, SimilarKey> = new Map<string, SimilarKey>([
  ...as("dependencies", "Write dependencies: with one slug per line, each after a dash.", [
    ...["dependson", "depends", "dependency", "deps", "dependencyids", "blockedby", "blockers", "waitsfor"],
    ...["waitingon", "requires", "needs", "after", "prerequisites", "predecessors"],
  ]),
  ...as("owner", "Write owner: with one person's slug, without @.", [
    ...["assignee", "assignees", "assigned", "assignedto", "owners", "responsible"],
  ]),
  ...as("status", "Write status: with one of the statuses of docs/format.md.", ["state", "stage", "column"]),
  ...as("priority", "Write priority: with p0 (first) to p3.", ["prio", "importance", "urgency"]),
  ...as("milestone", "Write milestone: with the slug of one.", [
    ...["sprint", "iteration", "release", "fixversion", "targetversion", "cycle"],
  ]),
  ...as("initiative", "Write initiative: with the slug of one.", ["epic", "parent", "project"]),
  ...as("title", "Write title: with the same text.", ["name", "summary", "subject"]),
  ...as("completed", "Write completed: with the date, such as 2026-03-24.", [
    ...["completedon", "completiondate", "closedat", "finishedat", "doneat", "completeddate"],
  ]),
  ...as("pr_number", "Write pr_number: with the number, or pr_url: with the address.", ["pr", "pullrequest"]),
  ...["blocks", "blocking", "requiredby", "dependents"].map(
    (name) => [name, { ours: null, likeness: "the other side of a dependency", hint: OTHER_SIDE }] as const,
  ),
  ...["due", "duedate", "dueon", "deadline"].map(
    (name) => [name, { ours: null, likeness: "a due date", hint: NO_DUE_DATE }] as const,
  ),
]);
