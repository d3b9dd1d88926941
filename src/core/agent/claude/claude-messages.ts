// Messages of the stream, block by block: what the agent says and thinks, the tools it starts, and their results. Those of a
// sub-agent have the id of the tool that started it: its words are thoughts here, never the agent's message.

import { type AgentEvent, cutText, TEXT_MAX } from "../contract/agent-event.ts";
import { asRecord, type JsonRecord, listOf, recordOf, textOf } from "../lines/json-value.ts";
import type { ClaudeMeter } from "./claude-meter.ts";
import { ClaudePlan, isPlanTool } from "./claude-plan.ts";
import type { ClaudeToolLog } from "./claude-tool-log.ts";

/** `why`: what was not understood; null when all of it was. */
export type Taken = { readonly events: readonly AgentEvent[]; readonly why: string | null };

export class ClaudeMessages {
  readonly #tools: ClaudeToolLog;
  readonly #meter: ClaudeMeter;
  readonly #plan = new ClaudePlan();
  /** The last answer that the program made up to say that a request failed: its fields name the failure. */
  lastFailure: JsonRecord = {};

  constructor(tools: ClaudeToolLog, meter: ClaudeMeter) {
    this.#tools = tools;
    this.#meter = meter;
  }

  ofAgent(record: JsonRecord): Taken {
    const message = asRecord(record["message"]);
    if (message === null) return { events: [], why: "an answer without a message" };
    if (textOf(record["error"]) !== null) {
      this.lastFailure = record;
      return { events: [], why: null };
    }
    const within = textOf(record["parent_tool_use_id"]);
    const used = within === null ? this.#meter.answered(message) : null;
    const taken = blocksOf(message).map((block) => this.#ofBlock(block, record, within));
    return joined([{ events: used === null ? [] : [used], why: null }, ...taken]);
  }

  /** Results of tools. Other content is what a person or the program said to the agent. */
  ofTools(record: JsonRecord): Taken {
    const message = asRecord(record["message"]);
    if (message === null) return { events: [], why: "a result without a message" };
    const results = blocksOf(message).filter(isResult);
    return { events: results.flatMap((block) => this.#ofResult(block, record)), why: null };
  }

  denied(record: JsonRecord): Taken {
    const denial = this.#tools.denial({
      id: textOf(record["tool_use_id"]) ?? "",
      name: textOf(record["tool_name"]) ?? "tool",
      input: {},
      why: textOf(record["message"]) ?? "",
    });
    return { events: denial === null ? [] : [denial], why: null };
  }

  #ofBlock(block: JsonRecord, record: JsonRecord, within: string | null): Taken {
    const type = textOf(block["type"]) ?? "";
    if (type === "text") return { events: textEvents(block["text"], within), why: null };
    if (type === "thinking") return { events: thoughtEvents(block["thinking"]), why: null };
    if (TOOL_USES.has(type)) {
      const tool = this.#tools.begin(block, timeOf(record), within);
      return { events: isShownElsewhere(textOf(block["name"]) ?? "") ? [] : [tool], why: null };
    }
    if (isResult(block)) return { events: this.#ofResult(block, record), why: null };
    return { events: [], why: SILENT.has(type) ? null : `a block of type ${JSON.stringify(type)}` };
  }

  #ofResult(block: JsonRecord, record: JsonRecord): readonly AgentEvent[] {
    const finished = this.#tools.finish(block, record, timeOf(record));
    if (finished === null) return [];
    const { event, fields, result } = finished;
    if (event.state === "ok" && isShownElsewhere(event.name)) {
      const plan = this.#plan.after(event.name, fields, result);
      return plan === null ? [] : [plan];
    }
    if (event.state !== "denied") return [event];
    const why = event.output ?? "";
    const denial = this.#tools.denial({ id: event.id, name: event.name, input: fields, why });
    return denial === null ? [event] : [denial, event];
  }
}

/** Tools whose work shows as a plan or as a question; only their failure is worth a line. */
function isShownElsewhere(name: string): boolean {
  return isPlanTool(name) || name === "AskUserQuestion";
}

const TOOL_USES: ReadonlySet<string> = new Set(["tool_use", "server_tool_use", "mcp_tool_use"]);
/** Encrypted thoughts, and a mark that another model continues. */
const SILENT: ReadonlySet<string> = new Set(["redacted_thinking", "fallback"]);

/** The messages of people in a line that repeats them. */
export function textCount(record: JsonRecord): number {
  return blocksOf(recordOf(record["message"])).filter(({ type }) => type === "text").length;
}

function isResult(block: JsonRecord): boolean {
  return textOf(block["type"])?.endsWith("tool_result") === true;
}

function blocksOf(message: JsonRecord): readonly JsonRecord[] {
  const text = textOf(message["content"]);
  return text === null ? listOf(message["content"]).map(recordOf) : [{ type: "text", text }];
}

function textEvents(value: unknown, within: string | null): readonly AgentEvent[] {
  const text = cutText(textOf(value) ?? "", TEXT_MAX.message);
  if (text.trim() === "") return [];
  if (within !== null) return thoughtEvents(text);
  return [{ kind: "message", from: "agent", text, part: null, delivered: null }];
}

/** Newer models send most of their thoughts without words. */
function thoughtEvents(value: unknown): readonly AgentEvent[] {
  const text = cutText(textOf(value) ?? "", TEXT_MAX.message);
  return text.trim() === "" ? [] : [{ kind: "reasoning", text, part: null }];
}

/** Null in older versions. */
function timeOf(record: JsonRecord): number | null {
  const ms = Date.parse(textOf(record["timestamp"]) ?? "");
  return Number.isFinite(ms) ? ms : null;
}

function joined(taken: readonly Taken[]): Taken {
  return {
    events: taken.flatMap(({ events }) => events),
    why: taken.find(({ why }) => why !== null)?.why ?? null,
  };
}
