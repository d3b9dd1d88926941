// Steps of a transcript in words, for pages and the terminal alike.

import { counted } from "../../text/counted.ts";
import type { AgentErrorCode, Delivery, ToolDoes, ToolEvent } from "../contract/agent-event.ts";
import type { Step } from "./transcript.ts";

type StepOf<Kind extends Step["kind"]> = Extract<Step, { kind: Kind }>;

const VERBS: Readonly<Record<ToolDoes, string | null>> = {
  run: "Run",
  edit: "Edit",
  read: "Read",
  search: "Search",
  web: "Fetch",
  plan: "Plan",
  agent: "Agent",
  other: null,
};

/** "Run", or the tool's own name. */
export function toolVerb({ does, name }: Pick<ToolEvent, "does" | "name">): string {
  return VERBS[does] ?? name;
}

/** "3 reads, 1 search", of tools that look something up. */
export function foldedWords(tools: readonly Pick<ToolEvent, "does">[]): string {
  const reads = tools.filter(({ does }) => does === "read").length;
  const searches = tools.length - reads;
  const words = [
    reads > 0 && counted(reads, "read"),
    searches > 0 && counted(searches, "search", "searches"),
  ];
  return words.filter((word) => word !== false).join(", ");
}

export const DELIVERY_WORDS: Readonly<Record<Delivery, string>> = {
  prompt: "with the prompt",
  turn: "as the next turn",
  mid_turn: "mid-turn",
};

export function askedWords({ about }: Pick<StepOf<"asked">, "about">): string {
  return about === "permission" ? "asks for permission" : "asks";
}

export function sessionWords({ isResumed }: Pick<StepOf<"session">, "isResumed">): string {
  return isResumed ? "Continued in the same session." : "A new session began.";
}

export function retryWords({ retry, status }: Pick<StepOf<"retrying">, "retry" | "status">): string {
  return `The model did not answer${status === null ? "" : ` (${status})`}: retry ${retry}.`;
}

const ERROR_WORDS: Readonly<Record<AgentErrorCode, string>> = {
  limit: "Refused by a limit",
  signed_out: "Not signed in",
  billing: "Refused by billing",
  overloaded: "The model's service failed",
  network: "No connection to the model",
  context_full: "The model's context is full",
  session_gone: "Its session is gone, so a new one begins with the full prompt",
  own_limit: "Its own limit is reached",
  other: "Error",
};

export function errorWords({ code, status }: Pick<StepOf<"error">, "code" | "status">): string {
  return `${ERROR_WORDS[code]}${status === null ? "" : ` (${status})`}.`;
}

export function endedWords({ how }: Pick<StepOf<"ended">, "how">): string {
  return how === "failed" ? "The turn failed." : "The turn was interrupted.";
}

const SECOND_MS = 1_000;

/** "0.2 s", "41.0 s" up to a minute; null for longer. */
export function shortMsText(ms: number): string | null {
  return ms < 60 * SECOND_MS ? `${(ms / SECOND_MS).toFixed(1)} s` : null;
}
