// How often an agent was reminded to report since a person last said something, and whether it has done anything since.

import type { AgentEvent } from "../../../core/agent/contract/agent-event.ts";
import type { TurnFacts } from "../../../core/agent/turns/after-turn.ts";
import type { Run } from "../../../core/contract/run.ts";
import type { Clock } from "../../../ports/system/clock.ts";

export class Reminders {
  readonly #clock: Clock;
  #count = 0;
  #hasWorked = false;
  #sinceMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#sinceMs = clock.wallMs();
  }

  /** A command or an edit that went well counts as a change. */
  note(event: AgentEvent): void {
    if (event.kind !== "tool" || event.state !== "ok") return;
    this.#hasWorked ||= event.does === "edit" || event.does === "run";
  }

  facts({ report }: Run): Pick<TurnFacts, "reminders" | "hasChanged"> {
    const hasReported = report !== null && report.atMs > this.#sinceMs;
    return { reminders: this.#count, hasChanged: this.#hasWorked || hasReported };
  }

  count(): void {
    this.#restart(this.#count + 1);
  }

  /** A person has said something. */
  reset(): void {
    this.#restart(0);
  }

  #restart(count: number): void {
    this.#count = count;
    this.#hasWorked = false;
    this.#sinceMs = this.#clock.wallMs();
  }
}
