// The permission requests that wait for a person.

import { type AgentEvent, cutText, TEXT_MAX, type ToolEvent } from "../contract/agent-event.ts";
import { PERMISSION_CHOICES } from "../contract/agent-kind.ts";
import { type AcpPermission, exactly, optionFor, questionAbout } from "./acp-permission.ts";

type Waiting = { readonly permission: AcpPermission; readonly decide: (option: string | null) => void };

export class AcpQuestions {
  readonly #waiting = new Map<string, Waiting>();
  #asked = 0;

  /** The event of the question; `option` resolves with the chosen one, null where the turn was cancelled. */
  ask(
    permission: AcpPermission,
    tool: ToolEvent,
  ): { readonly event: AgentEvent; readonly option: Promise<string | null> } {
    this.#asked += 1;
    const id = String(this.#asked);
    const option = new Promise<string | null>((decide) => this.#waiting.set(id, { permission, decide }));
    const text = cutText(questionAbout(tool), TEXT_MAX.why);
    const event = { kind: "asked", id, about: "permission", text, choices: PERMISSION_CHOICES } as const;
    return { event, option };
  }

  /** Null where nothing with this id waits; else whether it was allowed, and for which tool. */
  answer(id: string, text: string): { readonly isAllowed: boolean; readonly tool: string } | null {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return null;
    this.#waiting.delete(id);
    const isAllowed = text.trim().toLowerCase() === PERMISSION_CHOICES[0].toLowerCase();
    waiting.decide(optionFor(waiting.permission, isAllowed));
    return { isAllowed, tool: waiting.permission.toolCall.toolCallId };
  }

  requestOf(id: string): string | null {
    const waiting = this.#waiting.get(id);
    return waiting === undefined ? null : exactly(waiting.permission);
  }

  /** The protocol demands an answer to each when a turn is cancelled. */
  cancelAll(): void {
    for (const { decide } of this.#waiting.values()) decide(null);
    this.#waiting.clear();
  }
}
