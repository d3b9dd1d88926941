// A conversation with a kind of worker, without a process: what it sends, and the events it makes.

import type { AgentEvent } from "../../src/core/agent/contract/agent-event.ts";
import type {
  AgentKind,
  AgentOrder,
  Conversation,
  WorkerSettings,
} from "../../src/core/agent/contract/agent-kind.ts";
import { type JsonRecord, recordOf } from "../../src/core/agent/lines/json-value.ts";

export function agentSettings(
  changes: Partial<WorkerSettings> & Pick<WorkerSettings, "kind">,
): WorkerSettings {
  return {
    name: changes.kind,
    program: null,
    command: [],
    model: null,
    args: [],
    permissions: "full",
    wrap: [],
    variables: {},
    selectable: false,
    account: null,
    fallback: [],
    ...changes,
  };
}

export function agentOrder(settings: WorkerSettings, changes: Partial<AgentOrder> = {}): AgentOrder {
  return {
    settings,
    program: `/bin/${settings.kind}`,
    prompt: "Do it.",
    promptFile: "/state/prompt.md",
    session: { id: null, resume: false },
    worktree: "/r/.worktrees/w",
    git: null,
    slug: "a-task",
    taskFile: "/r/tasks/a-task.md",
    tasksMcp: { command: "tasks", args: ["mcp"] },
    runVariables: {},
    ...changes,
  };
}

export type AgentTalk = {
  readonly conversation: Conversation;
  /** Every line that was sent, parsed. */
  readonly sent: readonly JsonRecord[];
  readonly events: readonly AgentEvent[];
  /** Receives these lines; the events that follow from them. */
  hear(...lines: readonly (object | string)[]): readonly AgentEvent[];
};

/** A conversation before its first line. */
export function talkTo(kind: AgentKind, order: AgentOrder): AgentTalk {
  const sent: JsonRecord[] = [];
  const events: AgentEvent[] = [];
  const conversation = kind.converse(order, {
    send: (line) => sent.push(recordOf(JSON.parse(line))),
    event: (event) => events.push(event),
  });
  const hear = (...lines: readonly (object | string)[]) => {
    const before = events.length;
    for (const line of lines) conversation.receive(typeof line === "string" ? line : JSON.stringify(line));
    return events.slice(before);
  };
  return { conversation, sent, events, hear };
}
