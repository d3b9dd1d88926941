// Claude Code as a kind of worker, through stream-json in and out: messages reach it while it works, an interrupt ends a turn
// and keeps the process, and its permission requests and own questions come as lines that wait for an answer.

import { type AgentKind, type AgentLaunch, type AgentOrder, KIND_TITLES } from "../contract/agent-kind.ts";
import { ClaudeConversation } from "./claude-conversation.ts";
import { permissionArgs } from "./claude-permissions.ts";

const PROGRAM = "claude";

const OWN_RULES = "Rules in its own settings, yours and the repository's, may allow more.";

export const claude: AgentKind = {
  name: "claude",
  title: KIND_TITLES.claude,
  program: PROGRAM,
  abilities: {
    resume: { can: true, note: null },
    steer: { can: true, note: null },
    ask: { can: true, note: null },
    plan: { can: true, note: null },
    tokens: { can: true, note: null },
    cost: { can: true, note: "an estimate by list price, with a subscription too" },
    limit: { can: true, note: null },
    limit_time: { can: true, note: "only with a subscription's login; with an API key it does not say" },
    denials: { can: true, note: null },
  },
  permissions: {
    ask: {
      sentence: `It reads what its user may, commits and reports; a person allows each other command and each change of a file. ${OWN_RULES}`,
    },
    edits: {
      sentence: `It changes files and runs commands in its worktree, in its own sandbox, commits and reports; a person allows what lies outside and each host on the network. Where that sandbox cannot start (on Linux it needs bubblewrap and socat), a person allows each other command. ${OWN_RULES}`,
    },
    full: {
      sentence:
        "It runs every command and changes every file that its user may, on the network too, without asking.",
    },
  },
  permissionsDefault: "full",
  choosesSession: true,
  login: {
    variables: ["ANTHROPIC_API_KEY", "CLAUDE_CODE_OAUTH_TOKEN"],
    words: "log in once: start claude and type /login",
  },
  note: "It refuses full permissions for root outside of a container; in one, set IS_SANDBOX=1. It follows the repository's .claude/settings.json, hooks included.",
  version: { args: ["--version"], tested: ["2.1."] },

  nativeFiles(program, { platform, arch }) {
    const [, packages] = /^(.*)[\\/]claude-code[\\/]/.exec(program) ?? [];
    if (packages === undefined) return [];
    const file = platform === "win32" ? "claude.exe" : "claude";
    return [`${packages}/claude-code-${platform}-${arch}/${file}`];
  },

  launch: (order) => launch(order),
  converse: (order, output) => new ClaudeConversation(order, output),
  takeOver: (session, { program, model }) => [
    program ?? PROGRAM,
    ...(model === null ? [] : ["--model", model]),
    "--resume",
    session,
  ],
};

function launch(order: AgentOrder): AgentLaunch {
  const { program, session, settings } = order;
  const streams = [
    "--input-format",
    "stream-json",
    "--output-format",
    "stream-json",
    "--verbose",
    "--replay-user-messages",
  ];
  const model = settings.model === null ? [] : ["--model", settings.model];
  return {
    command: [
      ...[program, "-p", ...streams, ...sessionArgs(session)],
      ...[...permissionArgs(order), ...model, ...settings.args],
    ],
    variables: {
      DISABLE_AUTOUPDATER: "1",
      // Newer models get no tools for a plan otherwise (seen with 2.1.332).
      CLAUDE_CODE_ENABLE_TODO_TOOLS: "1",
    },
    stdin: "channel",
  };
}

function sessionArgs({ id, resume }: AgentOrder["session"]): readonly string[] {
  if (id === null) return [];
  return resume ? ["--resume", id] : ["--session-id", id];
}
