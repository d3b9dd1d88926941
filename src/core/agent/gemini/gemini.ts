// Gemini CLI as a kind of worker, headless: a process for each turn, read through its stream of JSON lines.

import { refusal } from "../../contract/refusal.ts";
import { type AgentKind, type AgentLaunch, type AgentOrder, KIND_TITLES } from "../contract/agent-kind.ts";
import { promptArgument } from "../contract/one-turn.ts";
import { GeminiConversation } from "./gemini-conversation.ts";

/** No one can be asked, so in `edits` everything else is denied. */
const ALWAYS_ALLOWED = [
  ...["git add", "git commit", "git status", "git diff", "git log", "git show", "git mv", "git rm"],
  ...["tasks report", "tasks ask", "tasks finish", "tasks list", "tasks show", "tasks why", "tasks prime"],
].map((command) => `run_shell_command(${command})`);

export const gemini: AgentKind = {
  name: "gemini",
  title: KIND_TITLES.gemini,
  program: "gemini",
  abilities: {
    resume: { can: true, note: null },
    steer: { can: false, note: "a message waits for the next turn" },
    ask: { can: false, note: "headless, it cannot ask; its own questions come by `tasks ask`" },
    plan: { can: true, note: "with permissions `full`" },
    tokens: { can: true, note: "at the end of a turn" },
    cost: { can: false, note: "it counts tokens only" },
    limit: { can: true, note: null },
    limit_time: { can: false, note: "it does not say" },
    denials: { can: true, note: null },
  },
  permissions: {
    ask: refusal(
      "Gemini CLI cannot ask for permission while it works unattended.",
      "Give the worker the permissions `edits` or `full`, or use a worker of kind claude or codex.",
    ),
    edits: {
      sentence:
        "It changes files in its worktree, commits and reports; every other command, and every file outside of the worktree, is denied.",
    },
    full: {
      sentence: "It uses every tool without approval: commands, files, the network, all that its user may.",
    },
  },
  permissionsDefault: "full",
  choosesSession: true,
  login: {
    variables: ["GEMINI_API_KEY", "GOOGLE_API_KEY"],
    words: "log in once: start gemini and choose how",
  },
  note: "It trusts the worktree, so it follows the repository's .gemini/settings.json.",
  version: { args: ["--version"], tested: ["0.61."] },
  nativeFiles: () => [],
  launch,
  converse: (order, output) => new GeminiConversation(order, output),
  takeOver: (session, { program }) => [program ?? "gemini", "--resume", session],
};

function launch(order: AgentOrder): AgentLaunch {
  const { settings, session, program } = order;
  const id = session.id === null ? [] : [session.resume ? "--resume" : "--session-id", session.id];
  return {
    command: [
      program,
      // One argument: a prompt may begin with a hyphen.
      `--prompt=${promptArgument(order)}`,
      ...id,
      ...permissionArguments(settings.permissions === "full"),
      ...(settings.model === null ? [] : ["--model", settings.model]),
      "--output-format",
      "stream-json",
      ...settings.args,
    ],
    variables: {
      // Without trust it falls back to asking.
      GEMINI_CLI_TRUST_WORKSPACE: "true",
      // It starts itself again for more memory, and that process would outlive it.
      GEMINI_CLI_NO_RELAUNCH: "true",
    },
    stdin: "closed",
  };
}

function permissionArguments(isFull: boolean): readonly string[] {
  if (isFull) return ["--approval-mode", "yolo"];
  return ["--approval-mode", "auto_edit", "--allowed-tools", ALWAYS_ALLOWED.join(",")];
}
