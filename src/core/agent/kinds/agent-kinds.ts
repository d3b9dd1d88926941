// The kinds of workers, by name.

import { acp } from "../acp/acp.ts";
import { claude } from "../claude/claude.ts";
import { codex } from "../codex/codex.ts";
import { command } from "../command/command.ts";
import type { AgentKind } from "../contract/agent-kind.ts";
import { copilot } from "../copilot/copilot.ts";
import { gemini } from "../gemini/gemini.ts";
import { opencode } from "../opencode/opencode.ts";

export const AGENT_KINDS: readonly AgentKind[] = [claude, codex, gemini, opencode, copilot, acp, command];

/** Null for a name that is none. */
export function kindNamed(name: string): AgentKind | null {
  return AGENT_KINDS.find((kind) => kind.name === name) ?? null;
}
