// Checks names before they are written into a task file: each must mean one thing in this tree.

import { type Refusal, refusal } from "../contract/refusal.ts";
import type { Snapshot, TaskRow } from "../contract/snapshot.ts";
import { defaultTaskId } from "../task/task-id.ts";
import { ownerNames, spelling } from "../team/owner-names.ts";
import { inSentence, listed } from "../text/listed.ts";
import { nearest } from "../text/nearest.ts";
import { quote } from "../text/quote.ts";

export type Tree = Pick<
  Snapshot,
  "tasks" | "people" | "owners_checked" | "workstreams" | "milestones" | "initiatives"
>;

export type NewNames = {
  /** The task's key, or the slug of a new task. */
  readonly key: string;
  readonly workstream: string;
  readonly id?: string;
  readonly owner?: string;
  readonly milestone?: string;
  readonly initiative?: string;
  readonly dependencies?: readonly string[];
};

/** Refuses the first name that is unknown or ambiguous; null if all are fine. */
export function findUnknownName(tree: Tree, wanted: NewNames): Refusal | null {
  const { key, id, owner, milestone, initiative, dependencies = [] } = wanted;
  const refused =
    checkOwner(tree, owner) ??
    checkNamed("milestone", milestone, tree.milestones) ??
    checkNamed("initiative", initiative, tree.initiatives) ??
    checkId(tree, id, key);
  return dependencies.reduce((found, dependency) => found ?? checkDependency(tree, dependency, key), refused);
}

export function findUnknownWorkstream({ workstreams, tasks }: Tree, asked: string): Refusal | null {
  const slugs = new Set([
    ...workstreams.map(({ slug }) => slug),
    ...tasks.map(({ workstream }) => workstream),
  ]);
  if (slugs.has(asked)) return null;
  return unknown(`There is no workstream ${quote(asked)}.`, {
    asked,
    names: [...slugs],
    noun: "Workstreams",
  });
}

function checkOwner({ people, owners_checked: checked }: Tree, owner: string | undefined): Refusal | null {
  if (owner === undefined || !checked || ownerNames(people).has(spelling(owner))) return null;
  const names = people.flatMap(({ slug, aliases, roles }) => [slug, ...aliases, ...roles]);
  const message = `There is no owner ${quote(owner)}.`;
  return unknown(message, { asked: owner, names, shown: people.map(({ slug }) => slug), noun: "Owners" });
}

function checkNamed(
  noun: string,
  asked: string | undefined,
  known: readonly { readonly slug: string }[],
): Refusal | null {
  const names = [...new Set(known.map(({ slug }) => slug))];
  if (asked === undefined || names.length === 0 || names.includes(asked)) return null;
  return unknown(`There is no ${noun} ${quote(asked)}.`, {
    asked,
    names,
    noun: `${noun.charAt(0).toUpperCase()}${noun.slice(1)}s`,
  });
}

function checkId({ tasks }: Tree, id: string | undefined, key: string): Refusal | null {
  if (id === undefined) return null;
  const holder = tasks.find((row) => row.id === id && row.key !== key);
  if (holder === undefined) return null;
  return refusal(`The id ${quote(id)} already belongs to ${inSentence(holder.key)}.`, "Choose another one.");
}

function checkDependency({ tasks }: Tree, asked: string, key: string): Refusal | null {
  const meant = tasks.filter((row) => isCalled(row, asked));
  const [target, ...more] = meant;
  if (target === undefined) {
    const names = tasks.flatMap(({ key: name, slug, id }) => [name, slug, id]);
    const near = nearest(asked, names);
    const hint = `${near === null ? "" : `Did you mean ${near}? `}"tasks list" prints the names.`;
    return refusal(`No task is called ${quote(asked)}.`, hint);
  }
  if (more.length > 0) {
    const keys = meant.map((row) => row.key);
    return refusal(`${quote(asked)} could mean ${listed(keys)}.`, "Name one of them in full.");
  }
  if (target.key === key) return refusal("A task cannot depend on itself.", "Remove it.");
  return checkLoop(tasks, target, key);
}

function isCalled(row: TaskRow, asked: string): boolean {
  const { slug, workstream, id } = row;
  const upper = asked.toUpperCase();
  return (
    row.key === asked ||
    slug === asked ||
    `${workstream}/${slug}` === asked ||
    id === asked ||
    id === upper ||
    defaultTaskId(workstream, slug) === upper
  );
}

/** Two tasks that wait for each other would never start. */
function checkLoop(tasks: readonly TaskRow[], target: TaskRow, key: string): Refusal | null {
  const byKey = new Map(tasks.map((row) => [row.key, row]));
  const seen = new Set<string>();
  const open = [target.key];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next === key) {
      const [to, from] = [inSentence(target.key), inSentence(key)];
      return refusal(
        `${to} already waits for ${from}, so neither could ever start.`,
        "Remove one of the two dependencies.",
      );
    }
    if (seen.has(next)) continue;
    seen.add(next);
    for (const dependency of byKey.get(next)?.dependencies ?? []) {
      if (dependency.key !== null) open.push(dependency.key);
    }
  }
  return null;
}

type Names = {
  readonly asked: string;
  readonly names: readonly string[];
  readonly shown?: readonly string[];
  readonly noun: string;
};

/** More names would not help. */
const NAMES_SHOWN = 12;

function unknown(message: string, { asked, names, shown = names, noun }: Names): Refusal {
  const near = nearest(asked, names);
  const list = shown.slice(0, NAMES_SHOWN).map(inSentence);
  const more = shown.length > list.length ? ` and ${shown.length - list.length} more` : "";
  const are =
    shown.length === 0 ? `There are no ${noun.toLowerCase()}.` : `${noun} are: ${list.join(", ")}${more}.`;
  return refusal(message, near === null ? are : `Did you mean ${near}? ${are}`);
}
