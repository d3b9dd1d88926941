// What Claude Code may do in each mode, as arguments.

import type { AgentOrder } from "../contract/agent-kind.ts";

/** What every mode may do without asking: commit in the worktree, look at it, and report. */
const ALWAYS_ALLOWED = [
  ...["git add", "git commit", "git status", "git diff", "git log", "git show", "git mv", "git rm"],
  ...["tasks report", "tasks ask", "tasks finish", "tasks list", "tasks show", "tasks why", "tasks prime"],
].map((command) => `Bash(${command}:*)`);

/** Its own questions reach a person in every mode: only this tool for permissions gives it the tool that asks. */
const ASKS = ["--permission-prompt-tool", "stdio"];

export function permissionArgs(order: AgentOrder): readonly string[] {
  const { permissions } = order.settings;
  if (permissions === "full") return ["--dangerously-skip-permissions", ...ASKS];
  const allowed = ["--allowedTools", ALWAYS_ALLOWED.join(",")];
  if (permissions === "ask") return ["--permission-mode", "default", ...ASKS, ...allowed];
  return ["--permission-mode", "acceptEdits", ...ASKS, ...allowed, ...sandboxArgs(order)];
}

/**
 * Its own sandbox: a command that runs in it needs no permission, writes only in the worktree and to what a commit writes (never
 * to hooks or settings of git), and reaches no host that a person has not allowed. `tasks` runs outside of it, as it writes to
 * the store. Where the sandbox cannot start, commands are asked about instead. Inside a wrapper there is one already.
 */
function sandboxArgs({ git, settings: { wrap } }: AgentOrder): readonly string[] {
  if (wrap.length > 0) return [];
  const allowWrite =
    git === null ? [] : [git.own, ...["objects", "refs", "logs"].map((name) => `${git.common}/${name}`)];
  const sandbox = {
    enabled: true,
    autoAllowBashIfSandboxed: true,
    excludedCommands: ["tasks *"],
    filesystem: { allowWrite },
  };
  return ["--settings", JSON.stringify({ sandbox }), "--append-system-prompt", TASKS_ALONE];
}

/** The whole command decides whether it runs in the sandbox; joined with another one, `tasks` cannot write (seen). */
const TASKS_ALONE =
  "Run each `tasks` command alone, never joined with another command: only then can it write, as it runs outside of your sandbox.";
