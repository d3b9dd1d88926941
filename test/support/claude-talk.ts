// Conversations with Claude Code for tests, and lines as Claude Code 2.1.197 and 2.1.332 wrote them; test/streams/claude has
// whole streams.

import { claude } from "../../src/core/agent/claude/claude.ts";
import type { AgentOrder } from "../../src/core/agent/contract/agent-kind.ts";
import { agentOrder, agentSettings, talkTo } from "./agent-talk.ts";

export const SETTINGS = agentSettings({ kind: "claude" });
export const ORDER = agentOrder(SETTINGS, { session: { id: "S", resume: false }, worktree: "/w" });

/** A conversation after its prompt was sent. */
export function talk(order: Partial<AgentOrder> = {}) {
  const it = talkTo(claude, { ...ORDER, ...order });
  it.conversation.begin();
  return it;
}

export const says = (text: string) => ({
  type: "user",
  message: { role: "user", content: [{ type: "text", text }] },
});
export const answer = (...content: readonly object[]) => ({
  type: "assistant",
  message: { id: "m", content },
});
export const result = (fields: object = {}) => ({
  type: "result",
  subtype: "success",
  is_error: false,
  ...fields,
});
export const uses = (name: string, input: object, id = "t1") => answer({ type: "tool_use", id, name, input });
export const returns = (content: unknown, fields: object = {}, line: object = {}) => ({
  type: "user",
  message: { role: "user", content: [{ type: "tool_result", tool_use_id: "t1", content, ...fields }] },
  ...line,
});

/** The event of a turn that ended well. */
export const ended = { kind: "ended", how: "completed" };
