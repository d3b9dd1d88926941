// A conversation with an agent of the Agent Client Protocol:
//
//   initialize -> session/new, session/resume or session/load -> session/prompt -> (its reply ends the turn) -> session/prompt ...
//
// Requests and replies go through the SDK (acp-connection.ts), so what follows from a reply comes a moment after its line.
// Updates of the session are read at once, and without it: it would drop one that it does not know.

import { cutText, TEXT_MAX } from "../contract/agent-event.ts";
import type { AgentExit, AgentOrder, Conversation, ConversationOutput } from "../contract/agent-kind.ts";
import { type JsonRecord, parseRecord, recordOf, textOf } from "../lines/json-value.ts";
import type { AcpAgent } from "./acp-connection.ts";
import { type AcpReason, reasonOf, reasonToStop } from "./acp-error.ts";
import { type AcpPermission, isAllowedAlready, optionFor } from "./acp-permission.ts";
import { AcpQuestions } from "./acp-questions.ts";
import { AcpTools } from "./acp-tools.ts";
import { AcpUpdates } from "./acp-updates.ts";
import { AcpWire } from "./acp-wire.ts";

export class AcpConversation implements Conversation {
  readonly #order: AgentOrder;
  readonly #output: ConversationOutput;
  readonly #wire: AcpWire;
  readonly #tools: AcpTools;
  readonly #updates: AcpUpdates;
  readonly #questions = new AcpQuestions();
  #agent: AcpAgent | null = null;
  #session = "";
  #state: "opening" | "replaying" | "turn" | "idle" | "over" = "opening";
  #exit: AgentExit | null = null;
  #work: Promise<void> = Promise.resolve();

  constructor(order: AgentOrder, output: ConversationOutput) {
    this.#order = order;
    this.#output = output;
    this.#wire = new AcpWire((line) => output.send(line));
    this.#tools = new AcpTools(order.worktree);
    this.#updates = new AcpUpdates(this.#tools);
  }

  begin(): void {
    this.#work = this.#open();
  }

  receive(line: string): void {
    const message = parseRecord(line);
    if (message === null) this.#unparsed(line, "not a JSON object");
    else if (message.method === "session/update") this.#update(recordOf(message.params), line);
    else {
      this.#updates.endMessage();
      if (!this.#wire.receive(message)) this.#unparsed(line, "not a message of the protocol");
    }
  }

  /** Agents write their own logs to it. */
  receiveError(): void {}

  /** The turn that runs ends with its connection. */
  processEnded(exit: AgentExit): void {
    this.#exit = exit;
    this.#wire.end();
  }

  settled(): Promise<void> {
    return this.#work;
  }

  steer(): boolean {
    return false;
  }

  nextTurn(text: string): boolean {
    if (this.#state !== "idle" || this.#agent === null) return false;
    this.#work = this.#turn(this.#agent, text);
    return true;
  }

  answer(id: string, text: string): boolean {
    const answered = this.#questions.answer(id, text);
    if (answered?.isAllowed === false) this.#denied(answered.tool);
    return answered !== null;
  }

  requestOf(id: string): string | null {
    return this.#questions.requestOf(id);
  }

  interrupt(): boolean {
    if (this.#state !== "turn" || this.#agent === null) return false;
    this.#agent.cancel(this.#session);
    this.#questions.cancelAll();
    return true;
  }

  async #open(): Promise<void> {
    const { connectAcp, readAcpError } = await import("./acp-connection.ts");
    const agent = connectAcp(this.#wire, (permission) => this.#decide(permission));
    this.#agent = agent;
    try {
      const hello = await agent.initialize();
      const isOpen = await this.#openSession(agent, recordOf(hello.agentCapabilities));
      if (!isOpen) return this.#fail({ code: "session_gone", status: null, why: NO_RESUME });
      const version = textOf(recordOf(hello.agentInfo).version);
      this.#output.event({ kind: "session", id: this.#session, model: null, version });
    } catch (error) {
      const isGone = this.#state === "replaying" && this.#exit === null;
      const reason = reasonOf(readAcpError(error));
      return this.#fail(isGone ? { ...reason, code: "session_gone" } : reason);
    }
    await this.#turn(agent, this.#order.prompt);
  }

  /** False: the agent cannot go on in an earlier session. */
  async #openSession(agent: AcpAgent, capabilities: JsonRecord): Promise<boolean> {
    const { session, worktree } = this.#order;
    if (!session.resume || session.id === null) {
      const { sessionId } = await agent.newSession(worktree);
      this.#session = textOf(sessionId) ?? "";
      return true;
    }
    this.#session = session.id;
    // It may send the whole conversation again.
    this.#state = "replaying";
    const canResume = recordOf(capabilities.sessionCapabilities).resume != null;
    if (canResume) await agent.resumeSession(session.id, worktree);
    else if (capabilities.loadSession === true) await agent.loadSession(session.id, worktree);
    else return false;
    return true;
  }

  async #turn(agent: AcpAgent, text: string): Promise<void> {
    this.#state = "turn";
    const { readAcpError } = await import("./acp-connection.ts");
    try {
      const { stopReason, usage } = await agent.prompt(this.#session, text);
      for (const event of this.#updates.turnUsage(usage)) this.#output.event(event);
      const reason = reasonToStop(stopReason);
      if (reason !== null) return this.#fail(reason);
      this.#state = "idle";
      if (stopReason === "cancelled") for (const tool of this.#tools.endRunning()) this.#output.event(tool);
      this.#output.event({ kind: "ended", how: stopReason === "cancelled" ? "interrupted" : "completed" });
    } catch (error) {
      this.#fail(reasonOf(readAcpError(error)));
    }
  }

  /** A process that is gone has not finished its turn; one that only failed has. */
  #fail(reason: AcpReason): void {
    const { code, signal } = this.#exit ?? {};
    const how = signal == null ? `with exit code ${code}` : `by ${signal}`;
    const gone = {
      code: "other",
      status: null,
      why: `The agent ended ${how} before its turn was over.`,
    } as const;
    const { why, ...rest } = this.#exit === null ? reason : gone;
    if (rest.code === "limit") {
      const unknown = { window: null, usedPercent: null, resetsAtMs: null };
      this.#output.event({ kind: "limit", status: "reached", ...unknown });
    }
    this.#output.event({ kind: "error", ...rest, why: cutText(why, TEXT_MAX.why) });
    const canGoOn = this.#state === "turn" && this.#exit === null;
    this.#state = canGoOn ? "idle" : "over";
    if (this.#exit === null) this.#output.event({ kind: "ended", how: "failed" });
  }

  #update({ update }: JsonRecord, line: string): void {
    const events = this.#updates.read(recordOf(update));
    if (events === null)
      this.#unparsed(line, `unknown update ${textOf(recordOf(update).sessionUpdate) ?? ""}`);
    // What was said in an earlier process is known.
    if (this.#state === "replaying") return;
    for (const event of events ?? []) this.#output.event(event);
  }

  #decide(permission: AcpPermission): Promise<string | null> {
    const { settings, worktree } = this.#order;
    const { tool, isNew } = this.#tools.changed(recordOf(permission.toolCall));
    if (isNew) this.#output.event(tool);
    if (isAllowedAlready(permission, settings.permissions, worktree)) {
      return Promise.resolve(optionFor(permission, true));
    }
    const { event, option } = this.#questions.ask(permission, tool);
    this.#output.event(event);
    return option;
  }

  #denied(id: string): void {
    const tool = this.#tools.denied(id);
    this.#output.event(tool);
    this.#output.event({
      kind: "denied",
      tool: tool.name,
      input: tool.input,
      why: "A person did not allow it.",
    });
  }

  #unparsed(line: string, why: string): void {
    const event = { kind: "unparsed", why: cutText(why, TEXT_MAX.line) } as const;
    this.#output.event({ ...event, line: cutText(line, TEXT_MAX.line) });
  }
}

const NO_RESUME = "The agent cannot go on in an earlier session.";
