// opencode as a kind of worker: `opencode run`, a process for each turn, read through its JSON lines.

import { refusal } from "../../contract/refusal.ts";
import { type AgentKind, type AgentLaunch, type AgentOrder, KIND_TITLES } from "../contract/agent-kind.ts";
import { promptArgument } from "../contract/one-turn.ts";
import { OpencodeConversation } from "./opencode-conversation.ts";

export const opencode: AgentKind = {
  name: "opencode",
  title: KIND_TITLES.opencode,
  program: "opencode",
  abilities: {
    resume: { can: true, note: null },
    steer: { can: false, note: "a message waits for the next turn" },
    ask: { can: false, note: "unattended, it cannot ask; its own questions come by `tasks ask`" },
    plan: { can: true, note: null },
    tokens: { can: true, note: null },
    cost: { can: true, note: "an estimate by its own list of prices" },
    limit: {
      can: false,
      note: "it waits for the end of a limit without a word, and looks like a worker that thinks",
    },
    limit_time: { can: false, note: "it does not say" },
    denials: { can: true, note: "its turn ends with the first one" },
  },
  permissions: {
    ask: refusal(
      "While it works unattended, opencode cannot ask for permission.",
      "Give the worker the permissions `edits` or `full`, or use a worker of kind claude or codex.",
    ),
    edits: {
      sentence:
        "It changes files in its worktree and runs every command that its user may; a tool that names a path outside of the worktree is denied, and ends its turn.",
    },
    full: {
      sentence:
        "It runs every command and changes every file that its user may, on the network too, without asking.",
    },
  },
  permissionsDefault: "full",
  choosesSession: false,
  login: {
    variables: ["OPENCODE_API_KEY", "ANTHROPIC_API_KEY", "OPENAI_API_KEY", "OPENROUTER_API_KEY"],
    words: "log in once: opencode auth login",
  },
  note: "It follows the repository's opencode.json.",
  version: { args: ["--version"], tested: ["1.18."] },
  nativeFiles: () => [],
  launch,
  converse: (order, output) => new OpencodeConversation(order, output),
  takeOver: (session, { program }) => [program ?? "opencode", "--session", session],
};

function launch(order: AgentOrder): AgentLaunch {
  const { settings, session, program, slug } = order;
  const isResumed = session.resume && session.id !== null;
  return {
    command: [
      program,
      "run",
      "--format",
      "json",
      // Without a title it asks the model for one first.
      ...(isResumed ? ["--session", session.id] : ["--title", slug]),
      ...(settings.permissions === "full" ? ["--auto"] : []),
      ...(settings.model === null ? [] : ["--model", settings.model]),
      ...settings.args,
      "--",
      promptArgument(order),
    ],
    variables: { OPENCODE_DISABLE_AUTOUPDATE: "1" },
    stdin: "closed",
  };
}
