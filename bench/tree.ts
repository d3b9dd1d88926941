// Makes a task tree of a given size in a scratch folder: files like those of the demo tree, spread over ten
// workstreams, with dependencies, so that nothing is cheaper here than in real life.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const WORKSTREAMS = 10;
const MILESTONES = 5;
const OWNERS = ["dave", "rj", "ana", "kim", "sr-engineer-architect"];
const STATUSES = [
  "not_started",
  "ready",
  "in_progress",
  "blocked",
  "completed",
  "completed",
  "completed",
  "cancelled",
];
/** Files per folder stay in the hundreds or low thousands, as in a repository that people keep. */
const BODY_PARAGRAPH =
  "The endpoint reads a snapshot that a separate command wrote some time ago, so operators see counts that were true " +
  "once. They reload, compare with the terminal, and lose trust in both.\n\n";

export type Tree = {
  readonly root: string;
  /** Of the task files, relative to the root. */
  readonly paths: readonly string[];
};

/** Relative path of task `index` of a tree made by `makeTree`. */
export function taskPath(index: number): string {
  return `tasks/workstreams/stream-${index % WORKSTREAMS}/tasks/task-${index}.md`;
}

/** Text of task `index`; `status` overrides the one the index gives. About 4 KB, as the seed task's file. */
export function taskText(index: number, status = STATUSES[index % STATUSES.length]): string {
  const dependency =
    index > 20 && index % 3 === 0 ? `dependencies:\n  - task-${index - 7}\n  - task-${index - 14}\n` : "";
  const finished = status === "completed" ? "completed_by: dave\ncompleted: 2026-03-24\n" : "";
  return `---
id: M${index % MILESTONES}-STREAM_${index % WORKSTREAMS}-${index}
title: "Task ${index}: make the view of source ${index % 97} say when it is old"
description: Operators see the current state without a restart.
status: ${status}
priority: p${index % 4}
milestone: m${index % MILESTONES}-milestone
owner: ${OWNERS[index % OWNERS.length]}
${dependency}${finished}---

## Problem

${BODY_PARAGRAPH.repeat(5)}
## Context

${BODY_PARAGRAPH.repeat(5)}
## Possible Solutions

${BODY_PARAGRAPH.repeat(3)}
## Plan

- [x] Read the code that is there
- [${index % 2 === 0 ? "x" : " "}] Write the test that fails
- [ ] Make it pass

## Implementation Progress

${BODY_PARAGRAPH.repeat(3)}
## QA Exploration

- [${status === "completed" ? "x" : " "}] QA exploration completed (or N/A for non-UI tasks)

## Review Feedback

- [${status === "completed" ? "x" : " "}] Review cleared
`;
}

/** Writes the tree below `root`, or makes it again what it was; returns the relative paths of its task files. */
export function makeTree(root: string, tasks: number): string[] {
  for (let index = 0; index < WORKSTREAMS; index += 1) {
    mkdirSync(join(root, `tasks/workstreams/stream-${index}/tasks`), { recursive: true });
    write(
      root,
      `tasks/workstreams/stream-${index}/index.md`,
      `---\ntitle: Stream ${index}\nowner: dave\n---\n`,
    );
  }
  mkdirSync(join(root, "tasks/milestones"), { recursive: true });
  mkdirSync(join(root, "tasks/team/roles"), { recursive: true });
  for (let index = 0; index < MILESTONES; index += 1) {
    write(root, `tasks/milestones/m${index}-milestone.md`, `---\ntitle: Milestone ${index}\n---\n`);
  }
  write(root, "tasks/team/dave.md", "---\nname: Dave\naliases: [davefowler, dave.fowler]\n---\n");
  for (const person of ["rj", "ana", "kim"])
    write(root, `tasks/team/${person}.md`, `---\nname: ${person}\n---\n`);
  write(root, "tasks/team/roles/sr-engineer-architect.md", "---\nowner: dave\nfilled_by: rj\n---\n");
  const paths = Array.from({ length: tasks }, (_, index) => taskPath(index));
  paths.forEach((path, index) => {
    write(root, path, taskText(index));
  });
  return paths;
}

/** What is there already is left alone: writing it again would keep the disk busy while something is measured. */
function write(root: string, path: string, text: string): void {
  const file = join(root, path);
  if (!existsSync(file) || readFileSync(file, "utf8") !== text) writeFileSync(file, text);
}
