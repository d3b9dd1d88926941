// What an agent does, in one closed union, whatever the agent. Kinds of workers translate their streams into it
// (core/agent/<kind>); transcripts, the status row and the end of a turn are read from it alone.
//
// Events are appended to `events` in the run's folder, one JSON object per line (stored-event.ts). Texts are cut to the
// limits below when an event is made, and secrets are taken out before it is written.

/** Cut by the kinds with `cutText`; a transcript shows the raw log for more. */
export const TEXT_MAX = { message: 20_000, input: 400, output: 4_000, why: 1_000, line: 500 } as const;
/** A longer plan is cut; 5 to 15 entries are usual. */
export const PLAN_ENTRIES_MAX = 100;

export type AgentEvent =
  /** The agent named its session, or confirmed the chosen one. */
  | {
      readonly kind: "session";
      readonly id: string;
      readonly model: string | null;
      readonly version: string | null;
    }
  /** What the agent said, or what a person said to it. A message in parts has one id; a later event with it adds `text`. */
  | {
      readonly kind: "message";
      /** `agent`, or the person's name. */
      readonly from: "agent" | { readonly person: string };
      readonly text: string;
      /** Joins the parts of a streamed message; null for a whole one. */
      readonly part: string | null;
      /** How a person's message reached the agent; null for the agent's own. */
      readonly delivered: Delivery | null;
    }
  | { readonly kind: "reasoning"; readonly text: string; readonly part: string | null }
  /** A later event with the same `id` replaces this one. */
  | ToolEvent
  /** The whole plan as it is now. */
  | { readonly kind: "plan"; readonly entries: readonly PlanEntry[] }
  /** Tokens since the last such event of this attempt: a transcript adds them up. */
  | {
      readonly kind: "usage";
      readonly input: number;
      readonly output: number;
      /** Of `input`, read from a cache. */
      readonly cached: number;
      /** How full the model's context is, 0 to 100; null if unknown. */
      readonly contextPercent: number | null;
    }
  /** US dollars since the last such event of this attempt. `isEstimate`: computed from a price list, not billed. */
  | { readonly kind: "cost"; readonly usd: number; readonly isEstimate: boolean }
  /** A usage limit: near (`warning`) or reached. */
  | {
      readonly kind: "limit";
      readonly status: "warning" | "reached";
      /** As the agent names it: `five_hour`. */
      readonly window: string | null;
      readonly usedPercent: number | null;
      /** Null when the agent does not say. */
      readonly resetsAtMs: number | null;
    }
  /** An action that its permissions, a person or a sandbox refused. */
  | { readonly kind: "denied"; readonly tool: string; readonly input: string; readonly why: string }
  /** The agent waits for a person: a permission, or a question of its own. Answered with `Conversation.answer(id, …)`. */
  | {
      readonly kind: "asked";
      readonly id: string;
      readonly about: "permission" | "question";
      readonly text: string;
      /** Empty: any text. */
      readonly choices: readonly string[];
    }
  /** A request to the model failed and is repeated by the agent. */
  | {
      readonly kind: "retrying";
      /** 1 for the first repetition. */
      readonly retry: number;
      readonly retriesMax: number | null;
      readonly delayMs: number | null;
      readonly status: number | null;
      readonly why: string;
    }
  | {
      readonly kind: "error";
      readonly code: AgentErrorCode;
      readonly status: number | null;
      readonly why: string;
    }
  /** The turn is over. Without it a turn is not finished, whatever the exit code. */
  | { readonly kind: "ended"; readonly how: "completed" | "failed" | "interrupted" }
  /** A line that the kind does not understand: shown, counted, never fatal. */
  | { readonly kind: "unparsed"; readonly line: string; readonly why: string };

export type ToolEvent = {
  readonly kind: "tool";
  readonly id: string;
  /** As the agent names it: `Bash`, `command_execution`. */
  readonly name: string;
  /** What people would call it; decides the icon. */
  readonly does: ToolDoes;
  /** One line: the command, the path, the query. */
  readonly input: string;
  readonly state: "running" | "ok" | "failed" | "denied";
  /** Null while it runs, and where the agent does not say. */
  readonly exitCode: number | null;
  readonly ms: number | null;
  /** The end of its output; null without any. */
  readonly output: string | null;
  /** Lines added and removed by an edit; null if unknown. */
  readonly lines: { readonly added: number; readonly removed: number } | null;
};

export type ToolDoes = "run" | "edit" | "read" | "search" | "web" | "plan" | "agent" | "other";

export type PlanEntry = { readonly text: string; readonly state: "pending" | "active" | "done" };

/** `prompt`: at the start of a process. `turn`: as the next turn. `mid_turn`: while the agent worked. */
export type Delivery = "prompt" | "turn" | "mid_turn";

export const AGENT_ERROR_CODES = [
  /** A usage or rate limit; a `limit` event says more where the agent does. */
  "limit",
  /** 401, or no credentials. */
  "signed_out",
  "billing",
  /** 5xx, 529. */
  "overloaded",
  "network",
  "context_full",
  /** The session to resume does not exist (any more). */
  "session_gone",
  /** A limit that its own settings set: turns, budget. */
  "own_limit",
  "other",
] as const;
export type AgentErrorCode = (typeof AGENT_ERROR_CODES)[number];

/** As it is stored and shown: when it was received, in which attempt. */
export type TimedEvent = AgentEvent & { readonly atMs: number; readonly attempt: number };

/** At most `max` characters; says how many are missing. Never splits a surrogate pair. */
export function cutText(text: string, max: number): string {
  if (text.length <= max) return text;
  const end = isHighSurrogate(text.charCodeAt(max - 1)) ? max - 1 : max;
  return `${text.slice(0, end)}… (${text.length - end} more characters)`;
}

/** The end of a text, for output: errors stand at its end. */
export function cutToEnd(text: string, max: number): string {
  if (text.length <= max) return text;
  const start = text.length - max;
  const from = isHighSurrogate(text.charCodeAt(start - 1)) ? start + 1 : start;
  return `… (${from} more characters)\n${text.slice(from)}`;
}

/** One line, for a tool's input. */
export function oneLine(text: string): string {
  return cutText(text.trim().replaceAll(/\s*\n\s*/g, " ⏎ "), TEXT_MAX.input);
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}
