// What comes after a turn. A queued message or an answer becomes the next turn. A turn that ended without `tasks finish` or
// an open question is continued with one sentence, at most twice in a row and only while something changed; otherwise the
// agent is let go.

import type { AgentEvent } from "../contract/agent-event.ts";

/** Sentences in a row that remind an agent to report. */
export const REMINDERS_MAX = 2;

export const REMINDER =
  "Your turn ended, and your run has no outcome yet. If the work is finished and checked, run `tasks finish`. If only a person can decide something, run `tasks ask`. If something blocks you, run `tasks finish --outcome blocked` and say what. Otherwise go on.";

export type TurnFacts = {
  readonly how: Extract<AgentEvent, { kind: "ended" }>["how"];
  /** Messages and an answer that no turn has had yet, ready to send; empty for none. */
  readonly waiting: readonly string[];
  readonly hasOutcome: boolean;
  readonly hasOpenQuestion: boolean;
  /** A person asked it to end. */
  readonly isStopping: boolean;
  /** Reminders sent since a person's last message. */
  readonly reminders: number;
  /** Whether anything (files, commits, a report) changed since the last reminder; true before the first. */
  readonly hasChanged: boolean;
};

export type AfterTurn =
  | { readonly kind: "continue"; readonly text: string; readonly because: "message" | "reminder" }
  | { readonly kind: "end" };

export function afterTurn(facts: TurnFacts): AfterTurn {
  if (facts.isStopping) return { kind: "end" };
  if (facts.waiting.length > 0)
    return { kind: "continue", text: facts.waiting.join("\n\n"), because: "message" };
  if (facts.hasOutcome || facts.hasOpenQuestion || facts.how !== "completed") return { kind: "end" };
  const mayRemind = facts.reminders < REMINDERS_MAX && (facts.reminders === 0 || facts.hasChanged);
  return mayRemind ? { kind: "continue", text: REMINDER, because: "reminder" } : { kind: "end" };
}
