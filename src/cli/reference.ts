// Prints docs/cli.md from the commands; a test compares the two.

import { COMMAND_GROUPS } from "./command-index.ts";
import { helpText } from "./program.ts";

/** The whole of docs/cli.md. */
export async function commandLineReference(): Promise<string> {
  const parts = [INTRODUCTION];
  for (const [title, commands] of Object.entries(COMMAND_GROUPS)) {
    parts.push(`## ${title}\n`);
    for (const name of Object.keys(commands))
      parts.push(`### tasks ${name}\n\n\`\`\`\n${await helpText(name)}\n\`\`\`\n`);
  }
  return parts.join("\n");
}

const INTRODUCTION = `# The command line

<!-- Printed from src/cli/command-index.ts; a test compares the two. After a change: UPDATE_DOCS=1 npx vitest run src/cli -->

\`tasks\` prints what the pages show, and starts the processes that keep them true. In a clone of this repository it is
\`npm run tasks -- <command>\`.

## Rules that hold for every command

- **stdout is the result, stderr everything else**: progress, notes, errors. \`tasks list --format json | jq .tasks\` works
  whatever is printed on stderr.
- **\`--format json\` is stable**: keys are only ever added, nothing is coloured, nothing is cut without saying so (\`total\`,
  \`shown\`, \`next\`). Snapshots have the keys of \`/status.json\`; \`config\` has one key per setting with \`value\` and \`from\`;
  \`validate\` has \`files\`, \`tasks\`, \`errors\`, \`warnings\` and \`flaws\`. <!-- words-ok: a public key -->
  What edits a task file prints \`task\`, \`file\` and \`changed\`. A run has the keys of a row's \`run\`, and \`task\`,
  \`attempts\` and \`closed\`.
- **Colour** only on a terminal, and never with \`NO_COLOR\` or \`TERM=dumb\`.
- **Lists stop at a limit** and say how to continue: \`--limit\`, \`--after\`.
- **Nothing that a file says acts on the terminal**: control, escape and direction characters are shown as \`\\x1b\`, \`\\u202e\`.
- **Errors** say what happened and why, then what to do, with file and line where there is one.
- **The repository** is \`--repo\`, else \`TASKS_REPO\`, else the nearest folder upwards that has \`tasks/workstreams/\`; a linked
  git worktree means its main one. Settings: [configuration](configuration.md).
- **Ctrl-C** ends every command within five seconds and leaves no lock, temporary file or process.

## Exit codes

| code | means | for example |
|---|---|---|
| 0 | done | a server that was stopped with Ctrl-C; a list with nothing in it |
| 1 | the thing asked about is bad | \`validate\` found errors; no task is called that, or several are; a kickoff or another act on a run was refused; an edit that is not certain to be right, or open gates; \`next\` or \`is-active\` found nothing |
| 2 | usage | an unknown command, flag, group, owner or setting; an address that needs a token |
| 3 | could not | a worker that could not be started or has not ended yet, a task file that changed in the meantime, no repository, a port that is taken, a lease whose holder does not answer, a failed update; a bug in tasks |
| 129, 130, 143 | ended by a signal before it was done | Ctrl-C (130) while \`heartbeat\` waits |
`;
