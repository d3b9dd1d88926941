// A real agent and its kind's conversation: what the agent writes is heard, what the kind says is written.

import { spawn } from "node:child_process";
import { join } from "node:path";
import type { AgentEvent } from "../../../src/core/agent/contract/agent-event.ts";
import type {
  AgentExit,
  AgentKind,
  Conversation,
  Permissions,
} from "../../../src/core/agent/contract/agent-kind.ts";
import { LineSplitter } from "../../../src/core/agent/lines/line-splitter.ts";
import { agentOrder, agentSettings } from "../../support/agent-talk.ts";
import { agentEnvironment } from "./agent-environment.ts";
import type { AgentKind as RealAgent } from "./agent-kind.ts";
import { nativeFile } from "./native-file.ts";
import { reportServer } from "./report-server.ts";
import type { Scratch } from "./scratch.ts";

export type RealTalk = {
  readonly conversation: Conversation;
  readonly events: readonly AgentEvent[];
  /** The first event, after those already waited for, that fits; rejects when the agent ends without it. */
  readonly next: (fits: (event: AgentEvent) => boolean) => Promise<AgentEvent>;
  /** Ends the agent as the product does when a turn is over: end of file, then a signal. */
  readonly end: () => Promise<AgentExit>;
  readonly kill: () => Promise<AgentExit>;
  readonly ended: Promise<AgentExit>;
};

export type RealTalkOptions = {
  readonly kind: AgentKind;
  readonly agent: RealAgent;
  readonly scratch: Scratch;
  readonly port: number;
  readonly prompt: string;
  readonly permissions: Permissions;
  readonly session?: { readonly id: string | null; readonly resume: boolean };
  readonly env?: Readonly<Record<string, string | undefined>>;
};

const HANG_MS = 90_000;
/** An agent that has not ended by then, after the end of its input, is ended. */
const GRACE_MS = 3000;

export function startTalk(options: RealTalkOptions): RealTalk {
  const { kind, agent, scratch, port, prompt, permissions, session, env } = options;
  const model = agent === "gemini" ? "gemini-2.5-pro" : null;
  const git = { own: join(scratch.repo, ".git"), common: join(scratch.repo, ".git") };
  const order = agentOrder(agentSettings({ kind: kind.name, permissions, model }), {
    program: nativeFile(agent),
    prompt,
    worktree: scratch.repo,
    git,
    tasksMcp: reportServer(join(scratch.home, "reported")),
    session: session ?? { id: kind.choosesSession ? crypto.randomUUID() : null, resume: false },
  });
  const { command, variables, stdin } = kind.launch(order);
  const [program = order.program, ...args] = command;
  const child = spawn(program, args, {
    cwd: scratch.repo,
    env: {
      PATH: process.env["PATH"],
      ...agentEnvironment(agent, { home: scratch.home, port }),
      ...variables,
      ...env,
    },
    stdio: [stdin === "channel" ? "pipe" : "ignore", "pipe", "pipe"],
  });
  child.stdin?.on("error", () => undefined);

  const events: AgentEvent[] = [];
  const wakeUps = new Set<() => void>();
  let read = 0;
  let isOver = false;
  const wake = () => {
    for (const wakeUp of wakeUps) wakeUp();
  };
  const conversation = kind.converse(order, {
    send: (line) => child.stdin?.write(`${line}\n`),
    event: (event) => {
      events.push(event);
      wake();
    },
  });
  const lines = new LineSplitter(({ text }) => conversation.receive(text));
  const errorLines = new LineSplitter(({ text }) => conversation.receiveError(text));
  child.stdout?.on("data", (bytes: Buffer) => lines.push(bytes));
  child.stderr?.on("data", (bytes: Buffer) => errorLines.push(bytes));
  const ended = new Promise<AgentExit>((resolve) => {
    child.on("close", (code, signal) => {
      lines.end();
      errorLines.end();
      conversation.processEnded({ code, signal });
      isOver = true;
      wake();
      resolve({ code, signal });
    });
  });
  conversation.begin();

  return {
    conversation,
    events,
    ended,
    next: (fits) =>
      new Promise((resolve, reject) => {
        const settle = (done: () => void) => {
          clearTimeout(timer);
          wakeUps.delete(look);
          done();
        };
        const look = () => {
          while (read < events.length) {
            const event = events[read++];
            if (event !== undefined && fits(event)) return settle(() => resolve(event));
          }
          if (isOver) settle(() => reject(new Error(`Not among ${JSON.stringify(events)}`)));
        };
        const timer = setTimeout(
          () => settle(() => reject(new Error(`Not within ${HANG_MS} ms: ${JSON.stringify(events)}`))),
          HANG_MS,
        );
        wakeUps.add(look);
        look();
      }),
    end: async () => {
      child.stdin?.end();
      const timer = setTimeout(() => child.kill("SIGKILL"), GRACE_MS);
      await ended.finally(() => clearTimeout(timer));
      return ended;
    },
    kill: () => {
      child.kill("SIGKILL");
      return ended;
    },
  };
}
