// A conversation with `codex app-server`:
//
//   initialize -> account/read -> thread/start or thread/resume -> turn/start -> ... -> turn/completed -> turn/start ...
//
// While a turn runs, turn/steer adds a message to it and turn/interrupt ends it. A message that codex refuses because its turn
// just ended becomes the next turn: `ended` is said only when nothing was left undelivered.

import type { AgentExit, AgentOrder, Conversation, ConversationOutput } from "../contract/agent-kind.ts";
import { type JsonRecord, numberOf, parseRecord, recordOf, textOf } from "../lines/json-value.ts";
import { CodexChannel, type Reply, type RequestId } from "./codex-channel.ts";
import { CodexEvents } from "./codex-events.ts";
import { UNWANTED_METHODS } from "./codex-methods.ts";
import { CodexQuestions } from "./codex-questions.ts";
import { readRequest } from "./codex-requests.ts";
import { CodexSteers } from "./codex-steers.ts";
import { firstMessage, threadParams } from "./codex-thread.ts";

const INITIALIZE = {
  clientInfo: { name: "dataface_tasks", title: "Dataface Tasks", version: "1" },
  capabilities: {
    experimentalApi: false,
    requestAttestation: false,
    optOutNotificationMethods: UNWANTED_METHODS,
  },
};

export class CodexConversation implements Conversation {
  readonly #order: AgentOrder;
  readonly #output: ConversationOutput;
  readonly #channel: CodexChannel;
  readonly #events: CodexEvents;
  readonly #steers: CodexSteers;
  readonly #questions = new CodexQuestions();
  /** `opening` until the first turn starts; `over` when no turn can follow. */
  #state: "opening" | "turn" | "idle" | "over" = "opening";
  #version: string | null = null;
  #threadId = "";
  /** Null until codex has named the running turn. */
  #turnId: string | null = null;
  /** A turn that is over, while a message sent to it has no reply yet. */
  #completed: JsonRecord | null = null;

  constructor(order: AgentOrder, output: ConversationOutput) {
    this.#order = order;
    this.#output = output;
    this.#channel = new CodexChannel((line) => output.send(line));
    this.#events = new CodexEvents(order.worktree, output);
    this.#steers = new CodexSteers((text, onReply) => {
      const params = { threadId: this.#threadId, expectedTurnId: this.#turnId, input: textInput(text) };
      this.#channel.request("turn/steer", params, onReply);
    });
  }

  begin(): void {
    this.#channel.request("initialize", INITIALIZE, ({ result, error }) => {
      if (error !== null) return this.#failOpening(error);
      this.#version = /\/(\d\S*)/.exec(textOf(result.userAgent) ?? "")?.[1] ?? null;
      this.#channel.notify("initialized");
      this.#channel.request("account/read", {}, (account) => this.#open(isSignedOut(account)));
    });
  }

  receive(line: string): void {
    const message = parseRecord(line);
    const method = textOf(message?.method);
    const id = textOf(message?.id) ?? numberOf(message?.id);
    const params = recordOf(message?.params);
    if (message === null) this.#events.unparsed(line, "not a JSON object");
    else if (method !== null && id !== null) this.#receiveRequest(id, method, params, line);
    else if (method !== null) this.#receiveNotification(method, params, line);
    else if (id !== null) this.#channel.receiveReply(id, message);
    else this.#events.unparsed(line, "neither a message nor a reply");
  }

  /** Its log: what matters there is an event too. */
  receiveError(): void {}

  processEnded({ code, signal }: AgentExit): void {
    const isInTurn = this.#state === "turn" || this.#state === "opening";
    this.#state = "over";
    if (!isInTurn || this.#events.hasError) return;
    const how = signal === null ? `with exit code ${code}` : `by ${signal}`;
    const why = `Codex ended ${how} before its turn was over.`;
    this.#events.error({ code: "other", status: null, why });
  }

  steer(text: string): boolean {
    if (this.#state !== "turn" || this.#completed !== null) return false;
    this.#steers.add(text, this.#turnId !== null);
    return true;
  }

  nextTurn(text: string): boolean {
    if (this.#state !== "idle") return false;
    this.#startTurn([...this.#steers.takeUndelivered(), text].join("\n\n"));
    return true;
  }

  answer(id: string, text: string): boolean {
    const step = this.#questions.answer(id, text);
    if (step?.kind === "next") this.#output.event(step.event);
    if (step?.kind === "reply") this.#channel.reply(step.requestId, step.result);
    return step !== null;
  }

  requestOf(id: string): string | null {
    return this.#questions.requestOf(id);
  }

  interrupt(): boolean {
    if (this.#state !== "turn" || this.#turnId === null) return false;
    const params = { threadId: this.#threadId, turnId: this.#turnId };
    this.#channel.request("turn/interrupt", params, () => {});
    return true;
  }

  #open(isOut: boolean): void {
    const { session, prompt } = this.#order;
    const isResumed = session.resume && session.id !== null;
    const params = threadParams(this.#order, isOut);
    const whole = isResumed ? { threadId: session.id, excludeTurns: true, ...params } : params;
    this.#events.isSignedOut = isOut;
    this.#channel.request(isResumed ? "thread/resume" : "thread/start", whole, ({ result, error }) => {
      const thread = recordOf(result.thread);
      const id = textOf(thread.id);
      if (error !== null || id === null) return this.#failOpening(error ?? {});
      this.#threadId = id;
      this.#events.threadId = id;
      const model = textOf(result.model) ?? textOf(thread.model);
      this.#output.event({ kind: "session", id, model, version: this.#version });
      this.#startTurn(isResumed ? prompt : firstMessage(this.#order));
    });
  }

  /** The turn that was to come is over, and no other can follow. */
  #failOpening({ message }: JsonRecord): void {
    const why = textOf(message) ?? "Codex did not open a session.";
    // A code of its own it does not have.
    const isServer = /\brequired MCP server/i.test(why);
    const isGone = !isServer && this.#order.session.resume && /\bno rollout found\b|\bnot found\b/i.test(why);
    this.#state = "over";
    this.#events.error({ code: isGone ? "session_gone" : "other", status: null, why });
    this.#output.event({ kind: "ended", how: "failed" });
  }

  #startTurn(text: string): void {
    this.#state = "turn";
    this.#turnId = null;
    this.#events.turnStarted();
    const params = { threadId: this.#threadId, input: textInput(text) };
    this.#channel.request("turn/start", params, ({ result, error }) => {
      if (error === null) this.#turnNamed(recordOf(result.turn));
      else this.#endTurn({ status: "failed", error });
    });
  }

  /** By the reply to `turn/start`, and by a notification: whichever is first. */
  #turnNamed({ id }: JsonRecord): void {
    if (this.#state !== "turn" || this.#turnId !== null) return;
    this.#turnId = textOf(id);
    if (this.#turnId !== null) this.#steers.sendHeld();
  }

  /** `turn` is codex's: `status`, and an `error` where it failed. */
  #endTurn(turn: JsonRecord): void {
    if (this.#state !== "turn") return;
    this.#completed = turn;
    this.#steers.whenReplied(() => {
      this.#completed = null;
      this.#state = "idle";
      const texts = turn.status === "completed" ? this.#steers.takeUndelivered() : [];
      if (texts.length > 0) this.#startTurn(texts.join("\n\n"));
      else this.#events.turnEnded(turn);
    });
  }

  #receiveNotification(method: string, params: JsonRecord, line: string): void {
    const isOwn = params.threadId === this.#threadId;
    if (method === "serverRequest/resolved") this.#questions.drop(params.requestId);
    else if (method === "turn/started") isOwn && this.#turnNamed(recordOf(params.turn));
    else if (method === "turn/completed") isOwn && this.#endTurn(recordOf(params.turn));
    else this.#events.notification(method, params, line);
  }

  #receiveRequest(id: RequestId, method: string, params: JsonRecord, line: string): void {
    const request = readRequest(method, params, (item) => this.#events.describeItem(item));
    const event = request.kind === "ask" ? this.#questions.add(id, request) : null;
    if (request.kind === "unknown") this.#events.unparsed(line, `unknown request ${method}`);
    if (request.kind === "answered") this.#channel.reply(id, request.result);
    else if (event !== null) this.#output.event(event);
    else this.#channel.refuse(id);
  }
}

/** False where codex does not say: its own error is better than a guess. */
function isSignedOut({ result, error }: Reply): boolean {
  return error === null && result.account === null && result.requiresOpenaiAuth === true;
}

function textInput(text: string): readonly JsonRecord[] {
  return [{ type: "text", text, text_elements: [] }];
}
