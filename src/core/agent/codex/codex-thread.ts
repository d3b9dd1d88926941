// How a thread of codex is opened: what it may do, how its tools reach us, what it gets beside the prompt.

import type { AgentOrder, Permissions } from "../contract/agent-kind.ts";

/** Used without a login: codex reads the variable itself, so that no key passes through here. */
const KEY_PROVIDER = {
  name: "OpenAI",
  base_url: "https://api.openai.com/v1",
  env_key: "CODEX_API_KEY",
  wire_api: "responses",
} as const;
const KEY_PROVIDER_NAME = "tasks_openai";

const POLICIES = {
  ask: { approvalPolicy: "untrusted", sandbox: "workspace-write" },
  edits: { approvalPolicy: "never", sandbox: "workspace-write" },
  full: { approvalPolicy: "never", sandbox: "danger-full-access" },
} as const satisfies Readonly<Record<Permissions, object>>;

/** The parameters of `thread/start` and `thread/resume`; the latter adds the id. */
export function threadParams(order: AgentOrder, isSignedOut: boolean): Readonly<Record<string, unknown>> {
  const { settings, worktree } = order;
  return {
    cwd: worktree,
    ...POLICIES[settings.permissions],
    // A setting of the user could let a model decide instead.
    approvalsReviewer: "user",
    ...(settings.model === null ? {} : { model: settings.model }),
    ...(isSignedOut ? { modelProvider: KEY_PROVIDER_NAME } : {}),
    config: {
      // A login shell sets the PATH again, and `tasks` is no longer on it.
      allow_login_shell: false,
      "tools.update_plan.enabled": true,
      ...sandboxSettings(order),
      ...reportSettings(order),
      ...(isSignedOut ? { [`model_providers.${KEY_PROVIDER_NAME}`]: KEY_PROVIDER } : {}),
    },
  };
}

/**
 * Where the sandbox may write beside the worktree: exactly what a commit in it needs. The hooks and the configuration of the
 * repository, and `.tasks/`, stay closed. Settings of the user that would open more are replaced.
 */
function sandboxSettings({ settings, git, worktree }: AgentOrder): Readonly<Record<string, unknown>> {
  if (settings.permissions === "full") return {};
  const roots =
    git === null ? [] : [git.own, `${git.common}/objects`, `${git.common}/refs`, `${git.common}/logs`];
  return {
    "sandbox_workspace_write.writable_roots": roots,
    "sandbox_workspace_write.exclude_slash_tmp": isBelowTmp([worktree, git?.common ?? worktree]),
    "sandbox_workspace_write.exclude_tmpdir_env_var": true,
  };
}

/** Programs need /tmp, but a repository in it would be open as a whole. */
export function isBelowTmp(paths: readonly string[]): boolean {
  return paths.some((path) => /^(?:\/private)?\/tmp(?:\/|$)/.test(path));
}

/** A slow machine, or twenty workers at once, take long to start a process. */
const REPORT_STARTUP_S = 60;

/** Its commands run in the sandbox, where `tasks` can record nothing; an MCP server is started outside of it. */
function reportSettings({ settings, tasksMcp, runVariables }: AgentOrder): Readonly<Record<string, unknown>> {
  if (settings.permissions === "full") return {};
  return {
    "mcp_servers.tasks": {
      command: tasksMcp.command,
      args: tasksMcp.args,
      env: runVariables,
      default_tools_approval_mode: "approve",
      // Codex waits a second for other servers, and begins a turn without their tools.
      required: true,
      startup_timeout_sec: REPORT_STARTUP_S,
    },
  };
}

/** The first message of a session. */
export function firstMessage({ prompt, settings }: AgentOrder): string {
  return settings.permissions === "full" ? prompt : `${prompt.trimEnd()}\n\n${REPORT_NOTE}\n`;
}

const REPORT_NOTE = `## How to report from this sandbox

Your commands run in a sandbox in which the program \`tasks\` can record nothing. Wherever you are asked to run \`tasks report\`, \`tasks ask\` or \`tasks finish\`, call the tool of the MCP server \`tasks\` with that name instead (\`report\`, \`ask\`, \`finish\`; if you do not see them, search for them). After \`ask\`, end your turn: the answer continues you.`;
