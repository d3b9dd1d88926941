// What looks on while an agent works, and may stop its turn: each watch gets every event, and every few seconds the run as
// it is then. A turn that is stopped so costs no attempt, and its session is kept.

import type { AgentEvent } from "../../../../core/agent/contract/agent-event.ts";
import type { Met } from "../../../../core/agent/turns/judge-hold.ts";
import type { Run } from "../../../../core/contract/run.ts";
import type { AccountWindow } from "../../../../core/records/scoped-pause.ts";
import type { Hold } from "../../../../core/run/held/hold.ts";

export type AttemptWatch = {
  /** Before it is stored. */
  note(event: AgentEvent): void;
  /** While a turn runs, and between turns. Throws what the store throws: it is called again. */
  attend(run: Run): Promise<void>;
};

/** The attempt, as its watches see it. */
export type TurnControl = {
  /** A turn runs. */
  readonly isWorking: boolean;
  /** Its agent has confirmed its session, and its kind can resume it: a turn that is stopped can go on later. */
  readonly canResume: boolean;
  /** Ends the attempt once its turn was interrupted. The first one counts. */
  stopTurn(stop: TurnStop): void;
  /** A message of this program to the agent, in the middle of its turn. False: its kind takes none. */
  say(text: string): boolean;
};

export type TurnStop = {
  /** `next_tool`: when the next tool has ended. */
  readonly how: "now" | "next_tool";
  /** What it waits for from then on. */
  readonly hold: Hold;
};

/** The pauses of accounts and hosts, as an attempt meets them. Each throws what the store throws. */
export type AttemptPauses = {
  /** It met this: nothing else of that account or host starts. Called again, the later word counts. */
  open(run: Run, met: Met): Promise<void>;
  /** Its model answered: at the start of each attempt, and after what it met. */
  answered(run: Run): Promise<void>;
  /** How much of a window is used. */
  window(window: AccountWindow): Promise<void>;
};

/** Where its agent works, and who hears what it meets there. */
export type Outages = { readonly account: string; readonly host: string; readonly pauses: AttemptPauses };

/** How long it keeps its slot while it waits. */
export type AttemptPlace = {
  /** For a person, and for anything else. */
  readonly keepSlot: { readonly questionMs: number; readonly waitMs: number };
};
