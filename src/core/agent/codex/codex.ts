// Codex as a worker, through `codex app-server`: ADR 31 says why not `codex exec`.

import { type AgentKind, type AgentLaunch, type AgentOrder, KIND_TITLES } from "../contract/agent-kind.ts";
import { CodexConversation } from "./codex-conversation.ts";
import { nativeCodexFiles } from "./codex-native-files.ts";
import { isBelowTmp } from "./codex-thread.ts";

export const codex: AgentKind = {
  name: "codex",
  title: KIND_TITLES.codex,
  program: "codex",
  abilities: {
    resume: { can: true, note: null },
    steer: { can: true, note: null },
    ask: { can: true, note: "permission with `ask`; its own questions come by `tasks ask`" },
    plan: { can: true, note: null },
    tokens: { can: true, note: null },
    cost: { can: false, note: "it counts tokens only" },
    limit: { can: true, note: null },
    limit_time: { can: true, note: "with a subscription; a key has no such limits" },
    denials: { can: true, note: "what its sandbox refuses is only in the output of the command" },
  },
  permissions: {
    ask: {
      sentence:
        "It asks a person before each command and each change of a file, and its commands run in the sandbox of `edits`. Committing and reporting need no answer.",
    },
    edits: {
      sentence:
        "It changes files and runs commands in a sandbox that may write only to its worktree, to /tmp, and to the objects, refs and logs of the repository, for commits; it may read everything, and has no network unless its own settings allow it.",
    },
    full: {
      sentence:
        "It runs every command and changes every file that its user may, on the network too, without asking.",
    },
  },
  permissionsDefault: "edits",
  choosesSession: false,
  login: { variables: ["CODEX_API_KEY"], words: "log in once: codex login" },
  note: "In a repository below /tmp its sandbox may not write to /tmp.",
  version: { args: ["--version"], tested: ["0.171."] },
  nativeFiles: nativeCodexFiles,
  launch,
  converse: (order, output) => new CodexConversation(order, output),
  takeOver: (session, { program }) => [program ?? "codex", "resume", session],
};

/** What it may do is sent with `thread/start`, so that no secret stands among the arguments. */
function launch(order: AgentOrder): AgentLaunch {
  return {
    command: [order.program, "app-server", "-c", "check_for_update_on_startup=false", ...order.settings.args],
    variables: temporaryFolder(order),
    stdin: "channel",
  };
}

/** The sandbox opens /tmp and no other folder for temporary files: one could hold the repository. */
function temporaryFolder({ settings, worktree, git }: AgentOrder): Readonly<Record<string, string>> {
  const isClosed = isBelowTmp([worktree, git?.common ?? worktree]);
  return settings.permissions === "full" || isClosed ? {} : { TMPDIR: "/tmp" };
}
