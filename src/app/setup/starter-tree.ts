// The small valid tree that `tasks init` makes: one of each thing, with texts that say what belongs there.

export type NewFile = {
  /** Relative to the repository, with `/`. */
  readonly path: string;
  readonly text: string;
};

export type StarterOptions = {
  /** The person who runs `tasks init` becomes the first person; the name is from git or the system. */
  readonly person: string;
  /** Text of `tasks/config.yaml`. */
  readonly configText: string;
};

/** The slug of the task that is ready, for the next step that `init` prints. */
export const STARTER_TASK = "write-the-first-real-task";

/** The files, in the order in which a newcomer would read them. */
export function starterTree({ person, configText }: StarterOptions): readonly NewFile[] {
  const owner = personSlug(person);
  return [
    { path: "tasks/config.yaml", text: configText },
    { path: `tasks/team/${owner}.md`, text: personText(person) },
    { path: "tasks/milestones/first-release.md", text: MILESTONE },
    { path: "tasks/workstreams/product/index.md", text: workstreamText(owner) },
    { path: `tasks/workstreams/product/tasks/${STARTER_TASK}.md`, text: readyTask(owner) },
    { path: "tasks/workstreams/product/tasks/look-at-the-status-page.md", text: startedTask(owner) },
  ];
}

/** A file name from a person's name: `Dave Fowler` is `dave-fowler`; what leaves nothing is `me`. */
function personSlug(person: string): string {
  const slug = person
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
  return slug === "" ? "me" : slug;
}

const personText = (name: string) => `---
name: ${JSON.stringify(name)}
aliases: []
---

Other spellings of this person go into aliases, so that a task owned by any of them is theirs.
`;

const MILESTONE = `---
title: First release
---

A readiness checkpoint across workstreams. Give it a \`target: 2027-01-31\` once there is a date.

## Exit criteria

- [ ] Someone has used it without help
`;

const workstreamText = (owner: string) => `---
title: Product
owner: ${owner}
---

A durable lane of ownership. Its tasks are the files in \`tasks/\` beside this one; the file's name is the task's name.
`;

const readyTask = (owner: string) => `---
title: Write the first real task
description: Replace this file with work that you want done.
status: ready
priority: p1
milestone: first-release
owner: ${owner}
---

## Problem

These two tasks are placeholders. A page is worth opening for real work only.

## Context

The keys above are all there is: \`status\` is one of not_started, ready, in_progress, blocked, completed and cancelled;
\`priority\` is p0 to p3; \`dependencies: [another-task]\` keeps a ready task waiting until the other one is completed.

## Possible Solutions

Copy this file under another name and edit it, or edit it where it is.

## Plan

1. Name the file after the work: lower case, dashes, \`.md\`.
2. Fill in the sections that help; leave the others empty.
3. Save, and watch the page.

## Implementation Progress

- [ ] First real task written

## QA Exploration

- [ ] QA exploration completed (or N/A for non-UI tasks)

## Review Feedback

- [ ] Review cleared
`;

const startedTask = (owner: string) => `---
title: Look at the status page
description: See what it shows while files change.
status: in_progress
priority: p2
milestone: first-release
owner: ${owner}
---

## Problem

A page that is only opened when something is wrong shows no one what normal looks like.

## Context

\`tasks serve\` prints its address. The page follows the files automatically.

## Possible Solutions

Keep it open in a tab; or run \`tasks list\` now and then.

## Plan

1. Run \`tasks serve\` and open the page.
2. Change \`status\` above to completed, add \`completed_by: ${owner}\` and \`completed:\` with today's date.
3. See the row move.

## Implementation Progress

- [x] Tree made
- [ ] Page opened

## QA Exploration

- [ ] QA exploration completed (or N/A for non-UI tasks)

## Review Feedback

- [ ] Review cleared
`;
