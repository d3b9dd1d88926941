// The common coding agents as workers: the command that lets each work unattended, what that permits, and what it needs
// to be logged in. docs/workers.md holds the same table; a test compares them.

export type WorkerPreset = {
  /** As in `tasks worker use claude`. */
  readonly name: string;
  readonly title: string;
  readonly command: readonly string[];
  /** One of these logs it in. */
  readonly variables: readonly string[];
  /** How else it is logged in; completes "or ". */
  readonly login: string;
  /** What the flags permit, one sentence. */
  readonly permits: string;
  /** What else has to be known, or null. */
  readonly note: string | null;
};

export const WORKER_PRESETS: readonly WorkerPreset[] = [
  {
    name: "claude",
    title: "Claude Code",
    command: ["claude", "-p", "{prompt}", "--dangerously-skip-permissions"],
    variables: ["ANTHROPIC_API_KEY", "CLAUDE_CODE_OAUTH_TOKEN"],
    login: "log in once: start claude and type /login",
    permits:
      "It runs every command and changes every file that its user may, on the network too, without asking.",
    note: "It refuses this flag for root, outside of a container.",
  },
  {
    name: "codex",
    title: "Codex",
    command: ["codex", "exec", "--sandbox", "danger-full-access", "{prompt}"],
    variables: ["CODEX_API_KEY"],
    login: "log in once: codex login",
    permits:
      "It runs every command and changes every file that its user may, on the network too, without asking.",
    note: "Its narrower sandbox, workspace-write, keeps it from what lies outside the worktree: committing in it, and reporting with tasks.",
  },
  {
    name: "gemini",
    title: "Gemini CLI",
    command: ["gemini", "--approval-mode", "yolo", "-p", "{prompt}"],
    variables: ["GEMINI_API_KEY", "GOOGLE_API_KEY"],
    login: "log in once: start gemini and choose how",
    permits: "It uses every tool without approval: commands, files, the network, all that its user may.",
    note: "Where folders have to be trusted, set GEMINI_CLI_TRUST_WORKSPACE=true, or it falls back to asking.",
  },
  {
    name: "copilot",
    title: "GitHub Copilot CLI",
    command: ["copilot", "-p", "{prompt}", "--allow-all-tools", "--no-ask-user"],
    variables: ["COPILOT_GITHUB_TOKEN", "GH_TOKEN", "GITHUB_TOKEN"],
    login: "log in once: start copilot and type /login",
    permits:
      "It uses every tool without approval, commands included; paths outside the worktree and web addresses stay closed to its own tools.",
    note: null,
  },
  {
    name: "aider",
    title: "aider",
    command: [
      "aider",
      "--message-file",
      "{prompt_file}",
      "--yes-always",
      "--no-gitignore",
      "--no-check-update",
      "--no-pretty",
      "--no-stream",
    ],
    variables: [
      "ANTHROPIC_API_KEY",
      "OPENAI_API_KEY",
      "GEMINI_API_KEY",
      "DEEPSEEK_API_KEY",
      "OPENROUTER_API_KEY",
    ],
    login: "put the key into its own settings, .aider.conf.yml",
    permits:
      "It changes and commits files of the worktree and adds files to its talk unasked; it runs no commands.",
    note: "As it runs no commands it cannot report or finish: a person looks at what it leaves.",
  },
];

export function presetNamed(name: string): WorkerPreset | null {
  return WORKER_PRESETS.find((preset) => preset.name === name) ?? null;
}

/** The variables that would log it in, when none of them is set; none when one is. */
export function missingVariables(
  { variables }: Pick<WorkerPreset, "variables">,
  environment: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  return variables.some((name) => (environment[name] ?? "") !== "") ? [] : variables;
}
