// The agents that are driven for real.

export const AGENT_KINDS = ["claude", "codex", "gemini", "opencode", "copilot"] as const;

export type AgentKind = (typeof AGENT_KINDS)[number];
