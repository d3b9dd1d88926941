// Plans of attempts for tests: a plain command, and an agent whose conversation a test plays.

import type { AgentPlan } from "../../src/app/runs/turns/attempt-start.ts";
import { command } from "../../src/core/agent/command/command.ts";
import type { AgentEvent } from "../../src/core/agent/contract/agent-event.ts";
import type {
  AgentExit,
  AgentKind,
  AgentOrder,
  ConversationOutput,
} from "../../src/core/agent/contract/agent-kind.ts";

export const ORDER: AgentOrder = {
  settings: {
    name: "agent",
    kind: "command",
    program: null,
    command: ["agent"],
    model: null,
    args: [],
    permissions: "full",
    wrap: [],
    variables: {},
    selectable: false,
    account: null,
    fallback: [],
  },
  program: "agent",
  prompt: "Do it.",
  promptFile: "/state/prompt.md",
  session: { id: null, resume: false },
  worktree: "/repo/.worktrees/a",
  git: null,
  slug: "a",
  taskFile: "/repo/tasks/a.md",
  tasksMcp: { command: "tasks", args: ["mcp"] },
  runVariables: {},
};

export function planOf(kind: AgentKind, order: Partial<AgentOrder> = {}): AgentPlan {
  return {
    kind,
    order: { ...ORDER, ...order },
    wholePrompt: "The whole prompt.",
    home: "/home/dave",
    findVersion: async () => null,
  };
}

export const COMMAND_PLAN = planOf(command);

/** An agent that says what the test says, and notes what it was received. */
export type PlayedAgent = {
  readonly kind: AgentKind;
  /** One line for each call: "begin: Do it.", "steer: …". */
  readonly received: string[];
  readonly says: (event: AgentEvent) => void;
  /** What it asks for, word for word, by the id of its question. */
  readonly requests: Map<string, string>;
  /** What it can do from now on. */
  readonly can: { steer: boolean; nextTurn: boolean; answer: boolean; interrupt: boolean };
};

export function playedAgent(
  overrides: Partial<Pick<AgentKind, "choosesSession" | "name">> & { readonly resumes?: boolean } = {},
): PlayedAgent {
  const received: string[] = [];
  const can = { steer: true, nextTurn: true, answer: true, interrupt: true };
  const requests = new Map<string, string>();
  let output: ConversationOutput | null = null;
  const note = (isPossible: boolean, words: string) => {
    if (isPossible) received.push(words);
    return isPossible;
  };
  const { resumes = true, ...others } = overrides;
  const yes = { can: true, note: null };
  const kind: AgentKind = {
    ...command,
    name: "claude",
    choosesSession: true,
    ...others,
    abilities: { ...command.abilities, resume: { ...yes, can: resumes }, steer: yes },
    launch: () => ({ command: ["agent"], variables: {}, stdin: "channel" }),
    converse: (order, to) => {
      output = to;
      const { id, resume } = order.session;
      return {
        begin: () => void received.push(`begin${resume ? ` in ${id}` : ""}: ${order.prompt}`),
        receive: () => {},
        receiveError: () => {},
        processEnded: ({ code, signal }: AgentExit) => void received.push(`gone: ${code ?? signal}`),
        steer: (text) => note(can.steer, `steer: ${text}`),
        nextTurn: (text) => note(can.nextTurn, `turn: ${text}`),
        answer: (id, text) => note(can.answer, `answer ${id}: ${text}`),
        requestOf: (id) => requests.get(id) ?? null,
        interrupt: () => note(can.interrupt, "interrupt"),
      };
    },
  };
  return { kind, received, can, requests, says: (event) => output?.event(event) };
}
