// Plays a recording to a kind of worker, torn into pieces as a pipe may tear it.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { AgentEvent } from "../../src/core/agent/contract/agent-event.ts";
import type {
  AgentExit,
  AgentKind,
  AgentOrder,
  Conversation,
  KindName,
} from "../../src/core/agent/contract/agent-kind.ts";
import { LineSplitter } from "../../src/core/agent/lines/line-splitter.ts";
import { agentOrder, agentSettings } from "../support/agent-talk.ts";
import { replayRpc } from "./replay-rpc.ts";
// Loaded on use otherwise: a replay does not wait for it.
import "../../src/core/agent/acp/acp-connection.ts";

export type Recording = {
  readonly kind: KindName;
  readonly situation: string;
  readonly bytes: Uint8Array;
  /** Lines that were written to its stdin; empty where it had none. */
  readonly sent: readonly string[];
};

const CORPUS = fileURLToPath(new URL(".", import.meta.url));

export function readRecordings(kind: KindName): readonly Recording[] {
  const folder = `${CORPUS}/${kind}`;
  if (!existsSync(folder)) return [];
  const situations = readdirSync(folder).flatMap((name) => /^([\w-]+)\.jsonl$/.exec(name)?.[1] ?? []);
  return situations.map((situation) => {
    const sent = `${folder}/${situation}.in.jsonl`;
    return {
      kind,
      situation,
      bytes: readFileSync(`${folder}/${situation}.jsonl`),
      sent: existsSync(sent) ? readFileSync(sent, "utf8").split("\n").filter(Boolean) : [],
    };
  });
}

/** Where the events of a recording are stored, for people to read and for the test to compare. */
export function eventsFile({ kind, situation }: Recording): string {
  return `${CORPUS}/${kind}/${situation}.events.json`;
}

/** What stands between the agent and its conversation in a replay: nothing, or the numbers of requests. */
export type Replay = {
  /** A line of the conversation for the agent; `deliver` gives the conversation a line at once. */
  send(line: string, deliver: (line: string) => void): void;
  /** A recorded line, as it is given to the conversation. */
  receive(line: string): string;
  /** Something happened: starts the recording's next turn, gives its next answer. */
  happened(event: AgentEvent, conversation: Conversation): void;
};

const NOTHING_BETWEEN: Replay = { send() {}, receive: (line) => line, happened() {} };
const WITH_REQUESTS: readonly KindName[] = ["codex", "acp"];

/** The events of a recording that arrives in these pieces. */
export async function replay(
  kind: AgentKind,
  recording: Recording,
  pieces: readonly Uint8Array[],
): Promise<readonly AgentEvent[]> {
  const events: AgentEvent[] = [];
  const between = WITH_REQUESTS.includes(recording.kind) ? replayRpc(recording.sent) : NOTHING_BETWEEN;
  const conversation: Conversation = kind.converse(orderOf(recording), {
    send: (line) => between.send(line, (reply) => conversation.receive(reply)),
    event: (event) => {
      events.push(event);
      between.happened(event, conversation);
    },
  });
  conversation.begin();
  await untilQuiet(conversation);
  for (const line of linesOf(pieces)) {
    conversation.receive(between.receive(line));
    await untilQuiet(conversation);
  }
  conversation.processEnded(exitOf(recording));
  await conversation.settled?.();
  return events;
}

function linesOf(pieces: readonly Uint8Array[]): readonly string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter(({ text }) => lines.push(text));
  for (const piece of pieces) splitter.push(piece);
  splitter.end();
  return lines;
}

/** What follows from a line may come a moment after it; the agent's next line comes later than that. */
async function untilQuiet(conversation: Conversation): Promise<void> {
  if (conversation.settled !== undefined) await new Promise((quiet) => setImmediate(quiet));
}

/** With which code the process of a recording ended, where its kind reads it; 0 for the others. */
const EXIT_CODES: Partial<Record<KindName, Readonly<Record<string, number>>>> = {
  gemini: { limit: 173, "limit-with-reset": 173, "error-401": 145, "error-500": 244, cut: 1 },
  opencode: { "error-401": 1, "error-500": 1, cut: 1, interrupted: 130 },
};

function exitOf({ kind, situation }: Recording): AgentExit {
  // opencode waits for the end of a limit without a word, until it is ended.
  const isSilent = kind === "opencode" && situation.startsWith("limit");
  if (isSilent || /^(?:torn|killed)/.test(situation)) return { code: null, signal: "SIGKILL" };
  return { code: EXIT_CODES[kind]?.[situation] ?? 0, signal: null };
}

function orderOf({ kind, situation }: Recording): AgentOrder {
  const isAsked = kind === "acp" && /permission|denied/.test(situation);
  const permissions = isAsked ? "ask" : situation === "denied" ? "edits" : "full";
  return agentOrder(agentSettings({ kind, permissions }), {
    session: { id: "SESSION", resume: situation.startsWith("resume") },
    worktree: "REPO",
  });
}
