// Any program as a worker: `worker.command`, or an entry of `workers:` of kind `command`. It reads its prompt from its
// arguments or a file, reports through `tasks`, and may print event lines. Its turn is its process, and its exit code decides
// how that ended, unless an event line said so.

import { refusal } from "../../contract/refusal.ts";
import { workerCommand } from "../../worker/worker-command.ts";
import { cutText, TEXT_MAX } from "../contract/agent-event.ts";
import {
  type AgentKind,
  type AgentOrder,
  type Conversation,
  type ConversationOutput,
  KIND_TITLES,
} from "../contract/agent-kind.ts";
import { ONE_TURN } from "../contract/one-turn.ts";
import { CommandTools } from "./command-tools.ts";
import { readEventLine } from "./event-line.ts";

const IF_PRINTED = "if it prints event lines";

const ONLY_FULL = "Leave out `permissions`, and limit it by its own arguments, or by a wrapper (`wrap`).";

export const command: AgentKind = {
  name: "command",
  title: KIND_TITLES.command,
  program: null,
  abilities: {
    resume: { can: false, note: "each attempt starts from the beginning; its prompt says what came before" },
    steer: { can: false, note: "a message waits for its next attempt" },
    ask: { can: false, note: "it asks with tasks ask" },
    plan: { can: true, note: IF_PRINTED },
    tokens: { can: true, note: IF_PRINTED },
    cost: { can: true, note: IF_PRINTED },
    limit: { can: true, note: IF_PRINTED },
    limit_time: { can: true, note: IF_PRINTED },
    denials: { can: true, note: IF_PRINTED },
  },
  permissions: {
    ask: refusal("A worker of kind command cannot ask a person before each action.", ONLY_FULL),
    edits: refusal("What a worker of kind command may do cannot be limited from here.", ONLY_FULL),
    full: { sentence: "It does what its program and arguments permit, as its user." },
  },
  permissionsDefault: "full",
  choosesSession: false,
  login: { variables: [], words: "log in as its program asks for it" },
  note: null,
  // A program may do anything with an argument that it was not made for.
  version: { args: [], tested: [] },
  nativeFiles: () => [],
  launch: (order) => ({ command: commandOf(order), variables: {}, stdin: "closed" }),
  converse: (_, output) => converse(output),
  takeOver: () => null,
};

function commandOf({ settings, program, slug, prompt, promptFile, taskFile, worktree }: AgentOrder) {
  const values = { prompt, slug, worktree, prompt_file: promptFile, task_file: taskFile };
  const [, ...rest] = workerCommand(settings.command, values);
  return [program, ...rest, ...settings.args];
}

function converse(output: ConversationOutput): Conversation {
  const tools = new CommandTools();
  return {
    ...ONE_TURN,
    receive(line) {
      const read = readEventLine(line, tools);
      if (read.kind === "event") output.event(read.event);
      if (read.kind === "wrong") {
        output.event({ kind: "unparsed", line: cutText(line, TEXT_MAX.line), why: read.why });
      }
    },
    receiveError: () => {},
    processEnded: () => {},
  };
}
