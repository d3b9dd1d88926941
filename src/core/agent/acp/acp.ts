// Any agent that speaks the Agent Client Protocol (version 1) as a kind of worker: `command: [copilot, --acp]`.

import { type AgentKind, KIND_TITLES } from "../contract/agent-kind.ts";
import { AcpConversation } from "./acp-conversation.ts";

export const acp: AgentKind = {
  name: "acp",
  title: KIND_TITLES.acp,
  program: null,
  abilities: {
    resume: { can: true, note: "where the agent can load or resume a session" },
    steer: {
      can: false,
      note: "agents differ in what a message does to a running turn, so it waits for the next one",
    },
    ask: { can: true, note: "permission; its own questions come by `tasks ask`" },
    plan: { can: true, note: "where the agent sends one" },
    tokens: { can: true, note: "where the agent counts them" },
    cost: { can: true, note: "where the agent says it" },
    limit: { can: true, note: "where the agent gives its error a kind; others say it only in words" },
    limit_time: { can: false, note: "the protocol has no field for it" },
    denials: { can: true, note: "what a person denied" },
  },
  permissions: {
    ask: {
      sentence:
        "A person allows each action that the agent asks for; committing and reporting need no answer. What it does without asking is up to the agent.",
    },
    edits: {
      sentence:
        "It reads and searches, changes files in its worktree, commits and reports; a person allows each other action that the agent asks for. What it does without asking is up to the agent.",
    },
    full: {
      sentence: "Every action that the agent asks for is allowed: all that its user may, on the network too.",
    },
  },
  permissionsDefault: "full",
  choosesSession: false,
  login: { variables: [], words: "log in once, as the agent's own documentation says" },
  note: "Its model is chosen by its own arguments.",
  version: { args: ["--version"], tested: [] },
  nativeFiles: () => [],
  launch: ({ program, settings }) => ({
    command: [program, ...settings.command.slice(1), ...settings.args],
    variables: { COPILOT_AUTO_UPDATE: "false" },
    stdin: "channel",
  }),
  converse: (order, output) => new AcpConversation(order, output),
  takeOver: () => null,
};
