// What `tasks agents install` writes for agents to read. Short: it is in the context of every session, and `tasks prime` says
// the rest, from the state of the moment. ASCII, and without anything that changes from machine to machine.

export const INSTRUCTIONS: readonly string[] = [
  "## Tasks",
  "",
  "The work of this repository is planned as tasks: Markdown files below `tasks/`, shown and changed by the program `tasks`.",
  "",
  "- Start with `tasks prime`: how to work here, and what is in progress, ready, or needs a person.",
  "- Claim a task before you work on it (`tasks claim <task> --as <your name>`), report while you do, and finish it",
  "  (`tasks finish --task <task> --outcome done --note ...`). A worker that `tasks` started has its run already.",
  "- Change the keys at the top of a task file with `tasks update`, and create tasks with `tasks create`.",
  "- Answering questions, stopping and starting workers, and trusting settings are decisions of a person.",
];

export const SKILL = `---
name: tasks
description: Works with the tasks of this repository (Markdown files below tasks/). Use it to find, claim, report on, create or finish a task, or when a task, milestone or workstream is mentioned.
---

<!-- Written by \`tasks agents install\`; \`tasks agents uninstall\` removes it. -->

# Working with tasks

Run \`tasks prime\` first. It prints the working rules and the state that matters, in at most 6,000 bytes.

| to | run |
|---|---|
| see what is ready | \`tasks list --group ready\` |
| read a task | \`tasks show <task>\` |
| know why it is where it is | \`tasks why <task>\` |
| take the next one | \`tasks next --claim --as <your name>\` |
| take a certain one | \`tasks claim <task> --as <your name>\` |
| say what you are doing | \`tasks report --task <task> --progress "..."\` |
| ask a person | \`tasks ask --task <task> "..." --choice yes --choice no --wait\` |
| say how it went | \`tasks finish --task <task> --outcome done --note "..."\` |
| give it back | \`tasks release <task>\` |
| write a new task | \`tasks create <slug> --workstream <workstream> --title "..."\` |
| change its keys | \`tasks update <task> --status in_progress\` |
| check the files | \`tasks validate\` |

A worker that \`tasks\` started leaves \`--task\` and \`--as\` out: it has its run already. \`--format json\` prints for programs. \`tasks <command>
--help\` says the rest.
`;
