// The stop of an attempt by one of its watches: now, or when the next tool has ended. The first hold counts; a later stop may
// only make it sooner.

import type { AgentEvent } from "../../../core/agent/contract/agent-event.ts";
import type { Hold } from "../../../core/run/held/hold.ts";
import type { TurnStop } from "./watches/attempt-watch.ts";

export class StoppedTurn {
  #stop: TurnStop | null = null;

  /** Why the attempt ends; null: it continues. */
  get hold(): Hold | null {
    return this.#stop?.hold ?? null;
  }

  /** True when its turn has to end at once. */
  request({ how, hold }: TurnStop): boolean {
    this.#stop = { how, hold: this.#stop?.hold ?? hold };
    return how === "now";
  }

  /** True when the tool that was waited for has ended. */
  note(event: AgentEvent): boolean {
    return this.#stop?.how === "next_tool" && event.kind === "tool" && event.state !== "running";
  }
}
