// An agent's events as people read them: parts of a message joined, each tool once with its last state, quick reads and searches
// folded, repeated retries and lines that were not understood as one step each.

import type { Delivery, TimedEvent, ToolEvent } from "../contract/agent-event.ts";

type Timed<Part> = Part & { readonly atMs: number };
type EventOf<Kind extends TimedEvent["kind"]> = Extract<TimedEvent, { kind: Kind }>;

export type Step =
  /** The newest of several in a row. */
  | EventOf<"retrying">
  | EventOf<"asked" | "limit" | "denied" | "error">
  | Timed<{ readonly kind: "attempt"; readonly attempt: number }>
  | Timed<{
      readonly kind: "session";
      readonly id: string;
      readonly model: string | null;
      readonly isResumed: boolean;
    }>
  | Timed<{ readonly kind: "message"; readonly text: string }>
  | Timed<{
      readonly kind: "person";
      readonly person: string;
      readonly text: string;
      readonly delivered: Delivery | null;
    }>
  | Timed<{ readonly kind: "reasoning"; readonly text: string }>
  /** `endedAtMs`: null while it runs. */
  | Timed<{ readonly kind: "tool"; readonly tool: ToolEvent; readonly endedAtMs: number | null }>
  /** Several that looked something up and went well. */
  | Timed<{ readonly kind: "tools"; readonly tools: readonly ToolEvent[] }>
  /** A turn that did not end well. */
  | Timed<{ readonly kind: "ended"; readonly how: "failed" | "interrupted" }>
  | Timed<{
      readonly kind: "unparsed";
      readonly lines: number;
      readonly first: string;
      readonly why: string;
    }>;

/** So many reads and searches in a row are folded. */
const FOLD_FROM = 3;

/** Oldest first, as the events are. */
export function transcriptOf(events: readonly TimedEvent[]): readonly Step[] {
  return foldLookUps(joinSteps(events));
}

export type TranscriptFilter = "all" | "messages" | "failures";

export function filterSteps(steps: readonly Step[], filter: TranscriptFilter): readonly Step[] {
  if (filter === "all") return steps;
  return steps.filter(filter === "messages" ? isSaid : isFailure);
}

/** What people and agent said to each other. */
function isSaid({ kind }: Step): boolean {
  return kind === "message" || kind === "person" || kind === "asked";
}

export function isFailure(step: Step): boolean {
  switch (step.kind) {
    case "tool":
      return step.tool.state === "failed" || step.tool.state === "denied";
    case "limit":
      return step.status === "reached";
    case "ended":
      return step.how === "failed";
    case "denied":
    case "error":
    case "unparsed":
      return true;
    default:
      return false;
  }
}

class Joining {
  readonly steps: Step[] = [];
  /** Index of each tool's step, by its id within the attempt. */
  readonly #tools = new Map<string, number>();
  #attempt = 0;
  #part: string | null = null;
  #session: string | null = null;

  add(event: TimedEvent): void {
    if (event.attempt > this.#attempt) this.#beginAttempt(event);
    const part = event.kind === "message" || event.kind === "reasoning" ? event.part : null;
    const isContinued = part !== null && part === this.#part;
    this.#part = part;
    if (isContinued && this.#extend(event)) return;
    this.#addStep(event);
  }

  /** The first attempt needs no heading. */
  #beginAttempt({ attempt, atMs }: TimedEvent): void {
    if (attempt > 1) this.steps.push({ kind: "attempt", attempt, atMs });
    this.#attempt = attempt;
    this.#tools.clear();
  }

  #extend(event: TimedEvent): boolean {
    const last = this.steps.at(-1);
    if (event.kind === "message" && last?.kind === "message") {
      this.steps[this.steps.length - 1] = { ...last, text: last.text + event.text };
      return true;
    }
    if (event.kind === "reasoning" && last?.kind === "reasoning") {
      this.steps[this.steps.length - 1] = { ...last, text: last.text + event.text };
      return true;
    }
    return false;
  }

  #addStep(event: TimedEvent): void {
    if (event.kind === "session") this.#addSession(event);
    else if (event.kind === "message") this.#addMessage(event);
    else if (event.kind === "tool") this.#addTool(event);
    else if (event.kind === "limit") this.#addLimit(event);
    else if (event.kind === "retrying") this.#addRetry(event);
    else if (event.kind === "unparsed") this.#addUnparsed(event);
    else if (event.kind === "reasoning") this.#addReasoning(event);
    else if (event.kind === "asked" || event.kind === "denied" || event.kind === "error")
      this.steps.push(event);
    else if (event.kind === "ended" && event.how !== "completed")
      this.steps.push({ kind: "ended", how: event.how, atMs: event.atMs });
  }

  #addReasoning({ text, atMs }: EventOf<"reasoning">): void {
    if (text.trim() !== "") this.steps.push({ kind: "reasoning", text, atMs });
  }

  #addSession({ id, model, atMs }: EventOf<"session">): void {
    // Some agents name it at each turn.
    const last = this.steps.at(-1);
    if (id === this.#session && last?.kind !== "attempt") return;
    this.steps.push({ kind: "session", id, model, isResumed: id === this.#session, atMs });
    this.#session = id;
  }

  #addMessage({ from, text, delivered, atMs }: EventOf<"message">): void {
    if (text.trim() === "" && from === "agent") return;
    if (from === "agent") this.steps.push({ kind: "message", text, atMs });
    else this.steps.push({ kind: "person", person: from.person, text, delivered, atMs });
  }

  #addTool(event: EventOf<"tool">): void {
    const { atMs, attempt: _attempt, ...tool } = event;
    const endedAtMs = tool.state === "running" ? null : atMs;
    const at = this.#tools.get(tool.id);
    const known = at === undefined ? undefined : this.steps[at];
    if (at !== undefined && known?.kind === "tool") {
      this.steps[at] = { kind: "tool", tool, atMs: known.atMs, endedAtMs };
      return;
    }
    this.#tools.set(tool.id, this.steps.length);
    this.steps.push({ kind: "tool", tool, atMs, endedAtMs });
  }

  /** The same limit again is no news. */
  #addLimit(step: EventOf<"limit">): void {
    const last = this.steps.findLast(({ kind }) => kind === "limit");
    const isNews =
      last?.kind !== "limit" ||
      last.status !== step.status ||
      last.window !== step.window ||
      last.resetsAtMs !== step.resetsAtMs;
    if (isNews) this.steps.push(step);
  }

  #addRetry(event: EventOf<"retrying">): void {
    if (this.steps.at(-1)?.kind === "retrying") this.steps.pop();
    this.steps.push(event);
  }

  #addUnparsed({ line, why, atMs }: EventOf<"unparsed">): void {
    const last = this.steps.at(-1);
    if (last?.kind === "unparsed") this.steps[this.steps.length - 1] = { ...last, lines: last.lines + 1 };
    else this.steps.push({ kind: "unparsed", lines: 1, first: line, why, atMs });
  }
}

function joinSteps(events: readonly TimedEvent[]): readonly Step[] {
  const joining = new Joining();
  for (const event of events) joining.add(event);
  return joining.steps;
}

function foldLookUps(steps: readonly Step[]): readonly Step[] {
  const folded: Step[] = [];
  let row: Extract<Step, { kind: "tool" }>[] = [];
  const flush = () => {
    const [first] = row;
    if (first !== undefined && row.length >= FOLD_FROM)
      folded.push({ kind: "tools", tools: row.map(({ tool }) => tool), atMs: first.atMs });
    else folded.push(...row);
    row = [];
  };
  for (const step of steps) {
    if (step.kind === "tool" && isQuietLookUp(step.tool)) row.push(step);
    else {
      flush();
      folded.push(step);
    }
  }
  flush();
  return folded;
}

function isQuietLookUp({ does, state }: ToolEvent): boolean {
  return state === "ok" && (does === "read" || does === "search");
}
