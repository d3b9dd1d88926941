// Claude Code's plan, from the results of its list tools: one entry at a time (TaskCreate, TaskUpdate), or all of it
// (TaskList, and TodoWrite of older versions).

import {
  type AgentEvent,
  cutText,
  PLAN_ENTRIES_MAX,
  type PlanEntry,
  TEXT_MAX,
} from "../contract/agent-event.ts";
import { type JsonRecord, listOf, recordOf, textOf } from "../lines/json-value.ts";

const TOOLS: ReadonlySet<string> = new Set(["TaskCreate", "TaskUpdate", "TaskList", "TaskGet", "TodoWrite"]);

export function isPlanTool(name: string): boolean {
  return TOOLS.has(name);
}

export class ClaudePlan {
  #entries = new Map<string, PlanEntry>();

  /** The plan after a tool has succeeded; null when it did not change. */
  after(name: string, fields: JsonRecord, toolResult: unknown): AgentEvent | null {
    const result = recordOf(toolResult);
    switch (name) {
      case "TaskCreate":
        return this.#create(recordOf(result["task"]), fields);
      case "TaskUpdate":
        return this.#update(fields);
      case "TaskList":
        return this.#replace(listOf(result["tasks"]), "subject");
      case "TodoWrite":
        return this.#replace(listOf(fields["todos"]), "content");
      default:
        return null;
    }
  }

  #create(task: JsonRecord, fields: JsonRecord): AgentEvent | null {
    const id = textOf(task["id"]);
    const text = textOf(task["subject"]) ?? textOf(fields["subject"]);
    if (id === null || text === null || this.#entries.size >= PLAN_ENTRIES_MAX) return null;
    this.#entries.set(id, entryOf(text, "pending"));
    return this.#event();
  }

  /** An entry of an earlier process of the session is unknown here until the agent lists them. */
  #update(fields: JsonRecord): AgentEvent | null {
    const id = textOf(fields["taskId"]) ?? "";
    const entry = this.#entries.get(id);
    if (entry === undefined) return null;
    if (fields["status"] === "deleted") this.#entries.delete(id);
    else {
      const text = textOf(fields["subject"]) ?? entry.text;
      this.#entries.set(id, "status" in fields ? entryOf(text, fields["status"]) : { ...entry, text });
    }
    return this.#event();
  }

  #replace(list: readonly unknown[], textKey: string): AgentEvent | null {
    const entries = list.slice(0, PLAN_ENTRIES_MAX).map(recordOf);
    this.#entries = new Map(
      entries.map((entry, at) => [
        textOf(entry["id"]) ?? String(at),
        entryOf(textOf(entry[textKey]) ?? "", entry["status"]),
      ]),
    );
    return this.#event();
  }

  #event(): AgentEvent {
    return { kind: "plan", entries: [...this.#entries.values()] };
  }
}

function entryOf(text: string, status: unknown): PlanEntry {
  const state = status === "completed" ? "done" : status === "in_progress" ? "active" : "pending";
  return { text: cutText(text, TEXT_MAX.input), state };
}
