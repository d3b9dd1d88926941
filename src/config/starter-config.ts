import { SETTINGS } from "./settings.ts";

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
