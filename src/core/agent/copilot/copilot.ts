// Copilot CLI as a kind of worker: one turn is one process (`copilot -p`), its next turn resumes the session.

import { refusal } from "../../contract/refusal.ts";
import { type AgentKind, type AgentOrder, KIND_TITLES, type Permissions } from "../contract/agent-kind.ts";
import { promptArgument } from "../contract/one-turn.ts";
import { CopilotConversation } from "./copilot-conversation.ts";

const PROGRAM = "copilot";

export const copilot: AgentKind = {
  name: "copilot",
  title: KIND_TITLES.copilot,
  program: PROGRAM,
  abilities: {
    resume: { can: true, note: null },
    steer: { can: false, note: "a message waits for its next turn" },
    ask: { can: false, note: "it asks with tasks ask; what is not permitted is denied" },
    plan: { can: false, note: "it shows none" },
    tokens: { can: false, note: "it does not say" },
    cost: { can: false, note: "it does not say" },
    limit: { can: true, note: null },
    limit_time: { can: false, note: "it does not say" },
    denials: { can: true, note: null },
  },
  permissions: {
    ask: refusal(
      "Copilot CLI cannot ask a person for permission while it works unattended.",
      "Set `permissions` to `edits` or `full`, or use a worker of kind acp with the command `copilot --acp`.",
    ),
    edits: {
      sentence:
        "It uses every tool without asking, commands included, on the network too; paths outside the worktree and the folder for temporary files are denied as far as it can tell.",
    },
    full: {
      sentence:
        "It runs every command and changes every file that its user may, on the network too, without asking.",
    },
  },
  permissionsDefault: "full",
  choosesSession: true,
  login: {
    variables: ["COPILOT_GITHUB_TOKEN", "GH_TOKEN", "GITHUB_TOKEN"],
    words: "log in once: start copilot and type /login",
  },
  note: null,
  version: { args: ["--version"], tested: ["1.0."] },

  /** The program on the PATH is a wrapper: when it is killed, the agent keeps running underneath. */
  nativeFiles(program, { platform, arch }) {
    const [, packages] = /^(.*)[\\/]copilot[\\/]npm-loader\.js$/.exec(program) ?? [];
    if (packages === undefined) return [];
    const file = platform === "win32" ? "copilot.exe" : "copilot";
    const builds = platform === "linux" ? ["linux", "linuxmusl"] : [platform];
    return [packages, `${packages}/copilot/node_modules/@github`].flatMap((folder) =>
      builds.map((build) => `${folder}/copilot-${build}-${arch}/${file}`),
    );
  },

  launch: (order) => ({
    command: [order.program, ...argumentsOf(order)],
    variables: { COPILOT_AUTO_UPDATE: "false" },
    stdin: "closed",
  }),
  converse: (order, output) => new CopilotConversation(order, output),
  takeOver: (session, { program }) => [program ?? PROGRAM, "--resume", session],
};

function argumentsOf(order: AgentOrder): readonly string[] {
  const { session, settings } = order;
  const model = settings.model === null ? [] : ["--model", settings.model];
  return [
    // One argument: a prompt may begin with a hyphen.
    ...[`--prompt=${promptArgument(order)}`, "--output-format", "json", "--no-ask-user"],
    ...[...sessionArgs(session), ...permissionArgs(settings.permissions), ...model, ...settings.args],
  ];
}

function sessionArgs({ id, resume }: AgentOrder["session"]): readonly string[] {
  if (id === null) return [];
  return resume ? ["--resume", id] : ["--session-id", id];
}

function permissionArgs(permissions: Permissions): readonly string[] {
  return permissions === "full" ? ["--allow-all"] : ["--allow-all-tools"];
}
