// Whether the names that somebody wants to write into a task file mean something in this tree: said before the file is
// written, in the words in which the next update would flag it.

import { type Refusal, refusal } from "../contract/refusal.ts";
import type { Snapshot, TaskRow } from "../contract/snapshot.ts";
import { defaultTaskId } from "../task/task-id.ts";
import { ownerNames } from "../team/owner-names.ts";
import { spelling } from "../team/spelling.ts";
import { inSentence, listed } from "../text/listed.ts";
import { nearest } from "../text/nearest.ts";
import { quote } from "../text/quote.ts";

export type Tree = Pick<
  Snapshot,
  "tasks" | "people" | "owners_checked" | "workstreams" | "milestones" | "initiatives"
>;

export type NewNames = {
  /** The task they are for: its key, or its slug when there is no such task yet. */
  readonly key: string;
  readonly workstream: string;
  readonly id?: string;
  readonly owner?: string;
  readonly milestone?: string;
  readonly initiative?: string;
  readonly dependencies?: readonly string[];
};

/** The first name that means nothing, or not one thing; null when all are fine. */
export function findUnknownName(tree: Tree, wanted: NewNames): Refusal | null {
  const { id, owner, milestone, initiative, dependencies = [] } = wanted;
  if (owner !== undefined) {
    const flaw = checkOwner(tree, owner);
    if (flaw !== null) return flaw;
  }
  if (milestone !== undefined) {
    const flaw = checkNamed("milestone", milestone, tree.milestones);
    if (flaw !== null) return flaw;
  }
  if (initiative !== undefined) {
    const flaw = checkNamed("initiative", initiative, tree.initiatives);
    if (flaw !== null) return flaw;
  }
  if (id !== undefined) {
    const flaw = checkId(tree, id, wanted.key);
    if (flaw !== null) return flaw;
  }
  for (const dependency of dependencies) {
    const flaw = checkDependency(tree, dependency, wanted.key);
    if (flaw !== null) return flaw;
  }
  return null;
}

/** A workstream's file has to be there, unless there is none for any. */
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

function checkOwner({ people, owners_checked: checked }: Tree, owner: string): Refusal | null {
  if (!checked || ownerNames(people).has(spelling(owner))) return null;
  const names = people.flatMap(({ slug, aliases, roles }) => [slug, ...aliases, ...roles]);
  const message = `Nobody is called ${quote(owner)}.`;
  return unknown(message, { asked: owner, names, shown: people.map(({ slug }) => slug), noun: "Owners" });
}

function checkNamed(
  noun: string,
  asked: string,
  known: readonly { readonly slug: string }[],
): Refusal | null {
  const names = [...new Set(known.map(({ slug }) => slug))];
  if (names.length === 0 || names.includes(asked)) return null;
  return unknown(`There is no ${noun} ${quote(asked)}.`, {
    asked,
    names,
    noun: `${noun.charAt(0).toUpperCase()}${noun.slice(1)}s`,
  });
}

function checkId({ tasks }: Tree, id: string, key: string): Refusal | null {
  const holder = tasks.find((row) => row.id === id && row.key !== key);
  if (holder === undefined) return null;
  return refusal(`The id ${quote(id)} is that of ${inSentence(holder.key)} already.`, "Choose another one.");
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
  if (target.key === key) return refusal("A task cannot depend on itself.", "Leave it out.");
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

/** Waiting for a task that itself waits for this one would never end. */
function checkLoop(tasks: readonly TaskRow[], target: TaskRow, key: string): Refusal | null {
  const byKey = new Map(tasks.map((row) => [row.key, row]));
  const seen = new Set<string>();
  const open = [target.key];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next === key) {
      const [to, from] = [inSentence(target.key), inSentence(key)];
      return refusal(
        `${to} waits for ${from} already, so neither could ever start.`,
        "Take one of them out.",
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

/** More names than these help nobody. */
const NAMES_SHOWN = 12;

function unknown(message: string, { asked, names, shown = names, noun }: Names): Refusal {
  const near = nearest(asked, names);
  const list = shown.slice(0, NAMES_SHOWN).map(inSentence);
  const more = shown.length > list.length ? ` and ${shown.length - list.length} more` : "";
  const are =
    shown.length === 0 ? `There are no ${noun.toLowerCase()}.` : `${noun} are: ${list.join(", ")}${more}.`;
  return refusal(message, near === null ? are : `Did you mean ${near}? ${are}`);
}
