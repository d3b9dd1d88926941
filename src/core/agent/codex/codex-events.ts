// Notifications of `codex app-server` -> events. What it remembers is only what makes later ones right: running tools, tokens
// and limits so far, the errors of this turn.

import { type AgentEvent, cutText, TEXT_MAX, type ToolEvent } from "../contract/agent-event.ts";
import type { ConversationOutput } from "../contract/agent-kind.ts";
import { entryOf, type JsonRecord, recordOf, textOf } from "../lines/json-value.ts";
import { planEntries } from "../lines/plan-entries.ts";
import { type CodexError, codexError } from "./codex-errors.ts";
import { eventOfItem } from "./codex-items.ts";
import { CodexMeters } from "./codex-meters.ts";
import { isSilentMethod } from "./codex-methods.ts";

/** Tools at work at the same time; more are shown when they are over. */
const RUNNING_MAX = 200;

export class CodexEvents {
  /** Ours; what others do (sub-agents) is shown without being taken for it. */
  threadId = "";
  /** There is no login: what fails without a reason fails for that. */
  isSignedOut = false;
  readonly #worktree: string;
  readonly #output: ConversationOutput;
  readonly #meters = new CodexMeters();
  readonly #running = new Map<string, ToolEvent>();
  readonly #readers: Readonly<Record<string, (params: JsonRecord, line: string) => void>> = {
    "item/started": (params, line) => this.#item(params, false, line),
    "item/completed": (params, line) => this.#item(params, true, line),
    "turn/plan/updated": (params) => this.#plan(params),
    "thread/tokenUsage/updated": (params) =>
      this.#maybe(this.#meters.usage(textOf(params.threadId) ?? "", params)),
    "account/rateLimits/updated": (params) => {
      for (const event of this.#meters.limits(params)) this.#output.event(event);
    },
    error: (params) => this.#problem(params),
    "item/autoApprovalReview/completed": (params) => this.#review(params),
    "mcpServer/startupStatus/updated": (params) => this.#server(params),
  };
  #retries = 0;
  #retried: CodexError | null = null;
  #hasError = false;

  constructor(worktree: string, output: ConversationOutput) {
    this.#worktree = worktree;
    this.#output = output;
  }

  /** An error of this turn was said. */
  get hasError(): boolean {
    return this.#hasError;
  }

  turnStarted(): void {
    this.#retries = 0;
    this.#retried = null;
    this.#hasError = false;
    this.#meters.turnStarted();
  }

  notification(method: string, params: JsonRecord, line: string): void {
    const read = entryOf(this.#readers, method);
    if (read !== undefined) read(params, line);
    else if (!isSilentMethod(method)) this.unparsed(line, `unknown notification ${method}`);
  }

  /** `turn` is codex's. */
  turnEnded({ status, error }: JsonRecord): void {
    if (status === "failed" && !this.#hasError) this.error(codexError(error));
    if (status === "interrupted") this.#endTools();
    const how = status === "completed" || status === "interrupted" ? status : "failed";
    this.#output.event({ kind: "ended", how });
  }

  error({ code, status, why }: CodexError): void {
    this.#hasError = true;
    if (code === "limit") this.#maybe(this.#meters.refused());
    this.#output.event({ kind: "error", code, status, why: cutText(why, TEXT_MAX.why) });
  }

  unparsed(line: string, why: string): void {
    this.#output.event({
      kind: "unparsed",
      line: cutText(line, TEXT_MAX.line),
      why: cutText(why, TEXT_MAX.line),
    });
  }

  /** What a running tool does; null for one that was not announced. */
  describeItem(id: string): string | null {
    return this.#running.get(id)?.input ?? null;
  }

  #item(params: JsonRecord, isComplete: boolean, line: string): void {
    const item = recordOf(params.item);
    const event = eventOfItem(item, { worktree: this.#worktree, isComplete });
    if (event === "unknown") {
      if (isComplete) this.unparsed(line, `unknown item ${textOf(item.type) ?? "without a type"}`);
      return;
    }
    // A sub-agent's words are not the agent's.
    if (event?.kind === "message" && !this.#isOwn(params)) return;
    if (event?.kind === "tool") this.#remember(event);
    this.#maybe(event);
    if (event?.kind === "tool" && event.state === "denied") this.#denied(event, "It was not allowed.");
  }

  #remember(tool: ToolEvent): void {
    if (tool.state !== "running") this.#running.delete(tool.id);
    else if (this.#running.size < RUNNING_MAX) this.#running.set(tool.id, tool);
  }

  /** An interrupt ends its tools, and codex says nothing about them. */
  #endTools(): void {
    for (const tool of this.#running.values()) this.#output.event({ ...tool, state: "failed" });
    this.#running.clear();
  }

  #plan(params: JsonRecord): void {
    if (!this.#isOwn(params)) return;
    this.#output.event({ kind: "plan", entries: planEntries(params.plan, "step") });
  }

  /** `willRetry`: codex repeats the request. Else the turn fails, and says the same again. */
  #problem(params: JsonRecord): void {
    if (!this.#isOwn(params)) return;
    const problem = codexError(params.error);
    if (params.willRetry === true) this.#retrying(problem, recordOf(params.error));
    else this.error(this.#withReason(problem));
  }

  #retrying(problem: CodexError, { additionalDetails }: JsonRecord): void {
    this.#retries += 1;
    this.#retried = problem;
    this.#output.event({
      kind: "retrying",
      retry: this.#retries,
      // The only place that says it: "Reconnecting... 1/5".
      retriesMax: retriesMax(problem.why),
      delayMs: null,
      status: problem.status,
      why: cutText(textOf(additionalDetails) ?? problem.why, TEXT_MAX.why),
    });
  }

  /** After its last repetition codex no longer names the reason that it named before. */
  #withReason(problem: CodexError): CodexError {
    if (problem.code !== "other") return problem;
    if (this.isSignedOut) return { ...problem, code: "signed_out" };
    return { ...problem, code: this.#retried?.code ?? "other" };
  }

  /** A model that reviews actions in a person's place, where the user's settings ask for one. */
  #review(params: JsonRecord): void {
    const { status, rationale } = recordOf(params.review);
    if (status !== "denied" && status !== "timedOut") return;
    const action = recordOf(params.action);
    const tool = this.#running.get(textOf(params.targetItemId) ?? "");
    const input = tool?.input ?? textOf(action.command) ?? textOf(action.toolName) ?? "";
    const why = textOf(rationale) ?? "Its reviewer did not allow it.";
    this.#denied({ name: tool?.name ?? textOf(action.type) ?? "action", input }, why);
  }

  #denied({ name, input }: Pick<ToolEvent, "name" | "input">, why: string): void {
    const event: AgentEvent = {
      kind: "denied",
      tool: name,
      input: cutText(input, TEXT_MAX.input),
      why: cutText(why, TEXT_MAX.why),
    };
    this.#output.event(event);
  }

  /** Without its MCP server an agent in the sandbox can report nothing. */
  #server({ name, status, error }: JsonRecord): void {
    if (name !== "tasks" || status !== "failed") return;
    const why = textOf(error) ?? "no reason given";
    const text = cutText(`Its tools for reporting did not start: ${why}`, TEXT_MAX.why);
    this.#output.event({ kind: "error", code: "other", status: null, why: text });
  }

  #isOwn({ threadId }: JsonRecord): boolean {
    return threadId === undefined || threadId === this.threadId;
  }

  #maybe(event: AgentEvent | null): void {
    if (event !== null) this.#output.event(event);
  }
}

function retriesMax(why: string): number | null {
  const most = /\d+\/(\d+)/.exec(why)?.[1];
  return most === undefined ? null : Number(most);
}
