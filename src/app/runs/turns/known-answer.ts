// A permission that a person answered after its turn was stopped: the agent has to ask for it again, and gets that answer.
// Once, in the turn that begins with the answer, and only for the same request, word for word, as the first thing that it
// does: after another command or edit the same words may mean something else.

import type { AgentEvent, ToolEvent } from "../../../core/agent/contract/agent-event.ts";
import { PERMISSION_CHOICES } from "../../../core/agent/contract/agent-kind.ts";
import type { Question } from "../../../core/contract/run.ts";

export type Known = {
  /** See Conversation.requestOf. */
  readonly exact: string;
  readonly text: string;
  readonly by: string;
};

export class KnownAnswer {
  #known: Known | null;

  /** `answered`: what the turn begins with. */
  constructor(answered: Question | null) {
    this.#known = answered === null ? null : knownIn(answered);
  }

  note(event: AgentEvent): void {
    const hasActed = event.kind === "tool" && !LOOKS.has(event.does) && ENDS.has(event.state);
    if (hasActed || event.kind === "error" || event.kind === "ended") this.#known = null;
  }

  /** The answer to this request, which is not given again. */
  take(exact: string | null): Known | null {
    const known = this.#known;
    if (known === null || known.exact !== exact) return null;
    this.#known = null;
    return known;
  }
}

const LOOKS: ReadonlySet<ToolEvent["does"]> = new Set(["read", "search"]);
const ENDS: ReadonlySet<ToolEvent["state"]> = new Set(["ok", "failed"]);

/** Other words than the two choices are a message, and no answer to a request. */
function knownIn({ request, answer }: Question): Known | null {
  if (request?.about !== "permission" || request.exact === undefined || answer === null) return null;
  const { text, by } = answer;
  return isChoice(text) ? { exact: request.exact, text, by } : null;
}

const isChoice = (text: string) => PERMISSION_CHOICES.some((choice) => choice === text);
