// The tools a worker's event lines name: a later line with the same id adds what is new to what was said.

import { cutToEnd, TEXT_MAX, type ToolDoes, type ToolEvent } from "../contract/agent-event.ts";
import type { LineFields } from "./line-fields.ts";

const DOES: readonly ToolDoes[] = ["run", "edit", "read", "search", "web", "plan", "agent", "other"];
const STATES: readonly ToolEvent["state"][] = ["running", "ok", "failed", "denied"];

/** A worker that never ends its tools does not fill the memory. */
const OPEN_MAX = 500;

export class CommandTools {
  readonly #open = new Map<string, ToolEvent>();

  event(fields: LineFields): ToolEvent {
    const id = fields.text("id");
    const before = this.#open.get(id) ?? null;
    const exitCode = fields.optionalNumber("exit_code");
    const output = fields.optionalText("output", Number.POSITIVE_INFINITY);
    const event: ToolEvent = {
      kind: "tool",
      id,
      name: fields.text("name", TEXT_MAX.input, before?.name ?? "tool"),
      does: fields.oneOf("does", DOES, before?.does ?? "other"),
      input: fields.has("input") ? fields.line("input") : (before?.input ?? ""),
      state: fields.oneOf("state", STATES, stateBy(exitCode) ?? before?.state ?? "running"),
      exitCode: exitCode ?? before?.exitCode ?? null,
      ms: fields.optionalNumber("ms") ?? before?.ms ?? null,
      output: output === null ? (before?.output ?? null) : cutToEnd(output, TEXT_MAX.output),
      lines: linesOf(fields) ?? before?.lines ?? null,
    };
    if (fields.problems.length === 0) this.#keep(event);
    return event;
  }

  #keep(event: ToolEvent): void {
    if (event.state !== "running") this.#open.delete(event.id);
    else if (this.#open.size < OPEN_MAX) this.#open.set(event.id, event);
  }
}

function stateBy(exitCode: number | null): ToolEvent["state"] | null {
  if (exitCode === null) return null;
  return exitCode === 0 ? "ok" : "failed";
}

function linesOf(fields: LineFields): ToolEvent["lines"] {
  if (!fields.has("added") && !fields.has("removed")) return null;
  return { added: fields.number("added", 0), removed: fields.number("removed", 0) };
}
