// What a server knows about the runner beside it, and how it asks for a cycle. The keeper is the one that exists;
// a server that only views has none.

import type { CycleFailure } from "../../core/contract/cycle.ts";
import type { RunnerEvent } from "../../ports/system/runner-process.ts";

export type RunnerLinkEvent =
  | Exclude<RunnerEvent, { readonly kind: "pong" }>
  /** The runner ended or was ended; another one is started at `restartAtMs`. */
  | { readonly kind: "gone"; readonly failure: CycleFailure; readonly restartAtMs: number };

export type RunnerLinkState = {
  /** `gone`: it has ended, and another one is started soon. `stopped`: on purpose. */
  readonly runner: "starting" | "alive" | "gone" | "stopped";
  /** True while our runner holds the lease: what it says is then all there is to know. */
  readonly leading: boolean;
};

export type RunnerLink = {
  state(): RunnerLinkState;
  /** Asks for a cycle that begins after `askedMs`, by the machine's monotonic clock; the answer is a `cycle_started` event. */
  refresh(askedMs: number): void;
  /** Asks for a look-up of pull requests; what it brings is a cycle like any other. */
  lookUp(): void;
  subscribe(listener: (event: RunnerLinkEvent) => void): () => void;
};
