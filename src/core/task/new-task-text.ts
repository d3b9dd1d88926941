// The text of a new task file: the keys that were given, and the template's sections with its two gates.

import type { Priority, TaskStatus } from "../contract/task.ts";
import { LIST_INDENT, listLines, writeText } from "../front-matter/write-text.ts";
import { GATE_TEXTS, type GateName } from "./gates.ts";
import { TEMPLATE_SECTIONS } from "./scan-body.ts";
import { GATE_SECTIONS } from "./tick-gate.ts";

export type NewTask = {
  readonly title: string;
  readonly status: TaskStatus;
  readonly description: string | null;
  readonly priority: Priority | null;
  readonly milestone: string | null;
  readonly initiative: string | null;
  readonly owner: string | null;
  readonly dependencies: readonly string[];
  /** The task whose worker proposes this one; null for a task that a person creates. */
  readonly discoveredFrom: string | null;
};

/** The whole file. */
export function newTaskText(task: NewTask): string {
  const keys = [
    line("title", task.title),
    line("description", task.description),
    line("status", task.status),
    line("priority", task.priority),
    line("milestone", task.milestone),
    line("initiative", task.initiative),
    line("owner", task.owner),
    ...dependencyLines(task.dependencies),
    line("discovered_from", task.discoveredFrom),
  ].filter((written) => written !== null);
  return `---\n${keys.join("\n")}\n---\n\n${TEMPLATE_SECTIONS.map(section).join("\n")}`;
}

function line(key: string, value: string | null): string | null {
  return value === null ? null : `${key}: ${writeText(value)}`;
}

function dependencyLines(names: readonly string[]): readonly string[] {
  return names.length === 0 ? [] : ["dependencies:", ...listLines(names, LIST_INDENT)];
}

const GATES: readonly GateName[] = ["qa_exploration", "review_cleared"];

function section(heading: string): string {
  const gate = GATES.find((name) => GATE_SECTIONS[name] === heading);
  return gate === undefined ? `## ${heading}\n` : `## ${heading}\n\n- [ ] ${GATE_TEXTS[gate]}\n`;
}

/** Lower case and dashes: valid for files, branches and folders on every system. */
const SLUG = /^[a-z0-9]+(?:[-_][a-z0-9]+)*$/;

/** Far below every path limit, including folder and branch. */
const SLUG_LENGTH_MAX = 100;

export function isNewSlug(slug: string): boolean {
  return slug.length <= SLUG_LENGTH_MAX && SLUG.test(slug) && !RESERVED.has(slug);
}

/** A slug made from a text; empty if it has no usable characters. */
export function slugFrom(text: string): string {
  const words = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const slug = words.replaceAll(/[^a-z0-9_]+/g, "-").slice(0, SLUG_LENGTH_MAX);
  return slug.replaceAll(/^[-_]+|[-_]+$/g, "");
}

/** Names of folder descriptions and of devices. */
const RESERVED: ReadonlySet<string> = new Set(["index", "readme", "con", "prn", "aux", "nul"]);
