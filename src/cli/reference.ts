// Prints docs/cli.md from the list of commands; a test compares the two.

import { COMMANDS } from "./command-index.ts";
import { helpText } from "./program.ts";

/** The whole of docs/cli.md. */
export function commandLineReference(): string {
  const sections = COMMANDS.filter(({ hidden }) => !hidden).map(
    ({ name }) => `### tasks ${name}\n\n\`\`\`\n${helpText(name).trimEnd()}\n\`\`\`\n`,
  );
  return `${INTRODUCTION}\n${sections.join("\n")}`;
}

const INTRODUCTION = `# The command line

<!-- Printed from src/cli/command-index.ts; a test compares the two. After a change: UPDATE_DOCS=1 npx vitest run src/cli -->

\`tasks\` prints what the pages show, and starts what keeps them true. In a clone of this repository it is
\`npm run tasks -- <command>\`.

## Rules that hold for every command

- **stdout is the result, stderr everything else**: progress, notes, errors. \`tasks list --format json | jq .tasks\` works
  whatever is said beside it.
- **\`--format json\` is stable**: keys are only ever added, nothing is coloured, nothing is cut without saying so (\`total\`,
  \`shown\`, \`next\`). Snapshots have the keys of \`/status.json\`; \`config\` has one key per setting with \`value\` and \`from\`;
  \`validate\` has \`files\`, \`tasks\`, \`errors\`, \`warnings\` and \`flaws\`. What edits a task file prints
  \`task\`, \`file\` and \`changed\`. A run has the keys of a row's \`run\`, and \`task\`,
  \`attempts\` and \`closed\`.
- **Colour** only on a terminal, and never with \`NO_COLOR\` or \`TERM=dumb\`.
- **Lists stop at a limit** and say how to go on: \`--limit\`, \`--after\`.
- **Nothing that a file says acts on the terminal**: control, escape and direction characters are shown as \`\\x1b\`, \`\\u202e\`.
- **Errors** say what happened and why, then what to do, with file and line where there is one.
- **The repository** is \`--repo\`, else \`TASKS_REPO\`, else the nearest folder upwards that has \`tasks/workstreams/\`; a linked
  git worktree stands for its main one. Settings: [configuration](configuration.md).
- **Ctrl-C** ends every command within five seconds and leaves no lock, temporary file or process.

## Exit codes

| code | means | for example |
|---|---|---|
| 0 | done | a server that was stopped with Ctrl-C; a list with nothing in it |
| 1 | the thing asked about is bad | \`validate\` found errors; no task is called that, or several are; a kickoff or another act on a run was refused; an edit that cannot be made for sure, or gates that are open; \`next\` found nothing, \`is-active\` nobody |
| 2 | usage | an unknown command, flag, group, owner or setting; an address that needs a token |
| 3 | could not | a worker that could not be started or has not ended yet, a task file that somebody else changed at the same moment, no repository, a port that is taken, a lease whose holder does not answer, a failed update; a fault of tasks itself |
| 129, 130, 143 | ended by a signal before it was done | Ctrl-C (130) while \`heartbeat\` waits |

## Commands
`;
