// Problems between files. Only `slug_taken` is an error: the others have their own signals (docs/signals.md) or are only a
// mark.

import { inSentence, listed } from "../text/listed.ts";
import { quote } from "../text/quote.ts";
import { define } from "./problem-definition.ts";

type Names = readonly string[];

/** What must exist for a mark to be known. */
const MARK_FILES = {
  workstream: "an index.md in its folder",
  milestone: "a file under tasks/milestones/",
  initiative: "a folder under initiatives/",
} as const;

const unknownMark = (kind: keyof typeof MARK_FILES) =>
  define<{ readonly slug: string; readonly meant: string | null }>({
    severity: "warning",
    meaning: `the ${kind} has no file, while others have`,
    message: ({ slug }) => `The ${kind} ${quote(slug)} does not have ${MARK_FILES[kind]}.`,
    hint: ({ meant }) => {
      if (kind === "workstream") return "Add the file.";
      return `${meant === null ? "" : `Did you mean ${inSentence(meant)}? `}Correct the ${kind}, or add its file.`;
    },
  });

export const LINK_PROBLEMS = {
  slug_taken: define<{ readonly slug: string; readonly others: Names; readonly key: string }>({
    severity: "error",
    meaning: "another file has the same slug; each task is then called `<workstream>/<slug>`",
    message: ({ slug, others }) => `The slug ${quote(slug)} is also used by ${listed(others)}.`,
    hint: ({ key }) => `Rename one of the files; until then this task is called ${key}.`,
  }),
  id_taken: define<{ readonly id: string; readonly others: Names }>({
    severity: "warning",
    meaning: "another file gives the same id",
    message: ({ id, others }) => `The id ${quote(id)} is also used by ${listed(others)}.`,
    hint: () => "Give each task its own id; dependencies on this id cannot be resolved.",
  }),
  owner_with_sign: define<{ readonly owner: string; readonly meant: string }>({
    severity: "warning",
    meaning: "the owner starts with `@`, and no people files say who is meant",
    message: ({ owner, meant }) => `The owner ${quote(owner)} is not the same as ${inSentence(meant)}.`,
    hint: ({ meant }) => `Remove the @: owner: ${inSentence(meant)}.`,
  }),
  unknown_owner: define<{
    readonly owner: string;
    readonly unfilledRole: boolean;
    readonly meant: string | null;
  }>({
    severity: "warning",
    meaning: "the owner is not a person, alias or role, or a role that resolves to no person",
    message: ({ owner, unfilledRole }) =>
      unfilledRole
        ? `The owner ${quote(owner)} is a role that resolves to no person.`
        : `The owner ${quote(owner)} is not a person, alias or role under tasks/team/.`,
    hint: ({ unfilledRole, meant }) =>
      unfilledRole
        ? "Set filled_by or owner in the role's file."
        : `${meant === null ? "" : `Did you mean owner: ${inSentence(meant)}? `}Correct the owner, or add the person or alias under tasks/team/.`,
  }),
  dependency_missing: define<{ readonly reference: string; readonly meant: Names; readonly near: Names }>({
    severity: "warning",
    meaning: "a dependency does not exist, or could mean several tasks",
    message: ({ reference, meant }) =>
      meant.length > 0
        ? `The dependency ${quote(reference)} could mean ${listed(meant, "or")}.`
        : `The dependency ${quote(reference)} does not exist.`,
    hint: ({ meant, near }) => {
      if (meant.length > 0) return "Write it as <workstream>/<slug>.";
      return near.length > 0 ? `Did you mean ${listed(near, "or")}?` : "Correct or remove it.";
    },
  }),
  dependency_repeated: define<{ readonly reference: string; readonly key: string }>({
    severity: "warning",
    meaning: "a dependency means a task that is already listed under another spelling; it counts once",
    message: ({ reference, key }) =>
      `The dependency ${quote(reference)} means ${inSentence(key)}, which is already listed above; it counts once.`,
    hint: () => "Delete one of the two.",
  }),
  dependency_cycle: define<{ readonly circle: string }>({
    severity: "warning",
    meaning: "the dependencies of an open task form a cycle",
    message: ({ circle }) => `Dependency cycle: ${circle}.`,
    hint: () => "Remove one dependency of the cycle.",
  }),
  unknown_workstream: unknownMark("workstream"),
  unknown_milestone: unknownMark("milestone"),
  unknown_initiative: unknownMark("initiative"),
  alias_taken: define<{ readonly alias: string; readonly person: string; readonly file: string }>({
    severity: "warning",
    meaning: "an alias of a person already means another person",
    message: ({ alias, person }) =>
      `The alias ${quote(alias)} already means ${person}; tasks owned by it are theirs.`,
    hint: ({ file }) => `Remove it here or in ${file}.`,
  }),
  role_unfilled: define<{ readonly role: string }>({
    severity: "warning",
    meaning: "a role names an owner, but resolves to no person",
    message: ({ role }) => `The role ${quote(role)} resolves to no person, so its tasks have no known owner.`,
    hint: () => "Set filled_by or owner to a person under tasks/team/.",
  }),
} as const;
