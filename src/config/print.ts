// Prints the reference page of the settings from the schema; docs/configuration.md is this text, compared in a test.

import { isGuarded } from "./guarded-settings.ts";
import { SETTINGS, type Setting } from "./settings.ts";

/** The whole of docs/configuration.md. */
export function configurationReference(): string {
  return `${INTRODUCTION}\n${TABLE_HEAD}\n${SETTINGS.map(tableRow).join("\n")}\n${REST}`;
}

const INTRODUCTION = `# Configuration

<!-- Printed from src/config/schema.ts; a test compares the two. After a change: UPDATE_DOCS=1 npx vitest run src/config -->

Nothing has to be configured. What is, comes from these places; the strongest that names a key wins:

1. a flag of the command (\`tasks serve --port 8010\`),
2. an environment variable (\`TASKS_SERVER_PORT=8010\`),
3. your own settings for every repository, \`~/.config/dataface-tasks/config.yaml\` (\`XDG_CONFIG_HOME\` and
   \`TASKS_HOME\` move the folder):
   \`\`\`yaml
   worker:
     command: [my-agent, "{prompt}"]
   \`\`\`
4. \`tasks/config.yaml\` in the repository, committed with it, in the same form,
5. the default.

Settings marked **trust** can run, start, send or open something. What \`tasks/config.yaml\` says of them counts as not set
until you trust it: \`tasks trust\` shows the values and asks ([trust](trust.md)). From any other place they need none.

\`tasks config\` prints what is in force and where each value came from. What starts go by (\`worker\`, \`dispatch\`,
\`delivery\`, \`worktree\`, and trust) is read again when something is about to start. Everything else is read once, when a
command starts: restart \`tasks serve\` after a change. A file of settings is an ordinary file of at most 64 KB; in a
repository no link to one is followed. An unknown key or a value that does not fit is an error with file and line (exit
code 2), never silently ignored. A list in an environment variable is written with commas; an empty variable counts as
unset.

## All settings
`;

const TABLE_HEAD =
  "| key | environment variable | default | takes | | what it does |\n|---|---|---|---|---|---|";

const REST = `
## Environment variables that are no settings

| variable | is |
|---|---|
| \`TASKS_REPO\` | the repository, when \`--repo\` is not given |
| \`TASKS_HOME\` | an absolute folder for your own settings, trust and the state of this machine, in place of \`~/.config\` and \`~/.local/state\` |
| \`TASKS_TOKEN\` | the token that other machines must send; needed when \`--host\` is not this machine alone |
| \`NO_COLOR\` | no colour, whatever the terminal can do |

The token is never read from the file, since the file is committed.
`;

/** A `tasks/config.yaml` that changes nothing: every key with its meaning and default, commented out. */
export function starterConfig(): string {
  let section = "";
  const lines = SETTINGS.flatMap(({ path, description, fallback }) => {
    const [name = "", ...above] = path.toReversed();
    const opened = above.join(".");
    const head = opened === section || opened === "" ? [] : ["", `# ${opened}:`];
    section = opened;
    const indent = "  ".repeat(above.length);
    return [...head, `# ${indent}# ${description}`, `# ${indent}${name}: ${JSON.stringify(fallback)}`];
  });
  return `${STARTER_HEAD}\n${lines.join("\n")}\n`;
}

const STARTER_HEAD = `# Settings of Dataface Tasks for this repository. All are optional; these are the defaults. To change one, take the "# "
# away from it and from the group above it. A flag, a TASKS_... variable and your own settings win over this file; "tasks
# config" prints what is in force. What could run or start something counts once "tasks trust" was answered with yes.
`;

function tableRow(setting: Setting): string {
  const variables = setting.variables.map((name) => `\`${name}\``).join(", ");
  return `| \`${setting.key}\` | ${variables} | ${showDefault(setting)} | ${setting.needs} | ${isGuarded(setting.key) ? "trust" : ""} | ${setting.description} |`;
}

function showDefault({ fallback }: Setting): string {
  if (fallback === null) return "–";
  if (Array.isArray(fallback)) return fallback.length === 0 ? "none" : fallback.join(", ");
  return `\`${String(fallback)}\``;
}
