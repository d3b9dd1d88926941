// Backlog.md, the closest peer: installed on demand into bench/peer, with a project of n tasks in its own format.

import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withoutNpm } from "../scripts/without-npm.ts";
import { root } from "./baselines.ts";
import { taskText } from "./tree.ts";

export type Peer = {
  /** Its native program itself: the script that its users call before it costs a Node process more. */
  readonly program: string;
};

const STATUSES = ["To Do", "In Progress", "Done"];
/** No question is asked and no browser opened; without git, no remote is asked either. */
const INIT = "init bench --defaults --no-git --agent-instructions none --auto-open-browser false".split(" ");

export function installPeer(): Peer {
  const folder = join(root, "bench/peer");
  execFileSync("npm", ["ci", "--no-audit", "--no-fund"], {
    cwd: folder,
    env: withoutNpm(),
    stdio: ["ignore", "ignore", "inherit"],
  });
  return { program: join(folder, "node_modules/backlog.md-linux-x64/backlog") };
}

/** Makes a project of `tasks` tasks whose texts are as long as those of our trees. */
export function makePeerProject({ program }: Peer, folder: string, tasks: number): void {
  execFileSync(program, INIT, { cwd: folder, stdio: "ignore" });
  mkdirSync(join(folder, "backlog/tasks"), { recursive: true });
  for (let index = 0; index < tasks; index += 1) writePeerTask(folder, index, `Task ${index}`);
}

/** Its tasks count from 1; the file's name is made of id and title, and stays when the title changes. */
export function writePeerTask(folder: string, index: number, title: string): void {
  const id = index + 1;
  const body = taskText(index).split("---\n").at(2) ?? "";
  const text = `---
id: TASK-${id}
title: "${title}"
status: ${STATUSES[index % STATUSES.length]}
assignee: []
created_date: '2026-03-24 10:00'
labels: []
dependencies: []
ordinal: ${id * 1000}
---

## Description

<!-- SECTION:DESCRIPTION:BEGIN -->
${body}<!-- SECTION:DESCRIPTION:END -->
`;
  writeFileSync(join(folder, `backlog/tasks/task-${id} - Task-${index}.md`), text);
}
