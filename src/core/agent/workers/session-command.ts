// The command that opens the agent's own session of a run, for a person at a terminal.

import { type Refusal, refusal } from "../../contract/refusal.ts";
import type { Run } from "../../contract/run.ts";
import { inSentence } from "../../text/listed.ts";
import type { WorkerSettings } from "../contract/agent-kind.ts";
import { kindNamed } from "../kinds/agent-kinds.ts";
import { configuredWorkers, type WorkersConfig } from "./configured-workers.ts";

export type SessionCommand = {
  readonly kind: "session";
  /** The agent's name for people. */
  readonly title: string;
  readonly command: readonly [string, ...string[]];
  /** Beside the person's own. */
  readonly variables: Readonly<Record<string, string>>;
};

type SessionOf = Pick<Run, "key" | "session" | "agent" | "kind" | "takenOver">;

/** Refused where there is no session to open. */
export function sessionCommand(run: SessionOf, config: WorkersConfig): SessionCommand | Refusal {
  const key = inSentence(run.key);
  const { session, agent } = run;
  if (run.kind === "by_hand")
    return refusal(
      `${key} was claimed by hand: there is no worker to take over from.`,
      "Its claimant works on it.",
    );
  if (session === null || !session.isStarted)
    return refusal(
      `The worker of ${key} has no session that could be opened.`,
      `\`tasks stop ${key}\` ends it, and its worktree can be worked in by hand.`,
    );
  const kind = kindNamed(session.kind);
  const worker = configuredWorkers(config).all.find(
    (one) => one.name === agent?.name && one.kind === session.kind,
  );
  const settings = worker ?? { ...NO_SETTINGS, kind: kind?.name ?? "command" };
  const words = kind?.takeOver(session.id, settings) ?? null;
  const [program = null, ...args] = words ?? [];
  if (kind === null || program === null)
    return refusal(
      `A worker of kind ${session.kind} has no session that a person could open.`,
      "`tasks continue` messages it.",
    );
  if (settings.wrap.length > 0)
    return refusal(
      `The worker of ${key} runs inside a wrapper, and so does its session.`,
      `Open it there: ${[program, ...args].join(" ")}`,
    );
  return {
    kind: "session",
    title: kind.title,
    // The file that ran it: another version on the PATH may not know the session.
    command: [agent?.kind === session.kind ? (agent.program ?? program) : program, ...args],
    variables: settings.variables,
  };
}

/** For a worker that is no longer configured. */
const NO_SETTINGS: WorkerSettings = {
  name: "",
  kind: "command",
  program: null,
  command: [],
  model: null,
  args: [],
  permissions: "ask",
  wrap: [],
  variables: {},
  selectable: false,
  account: null,
  fallback: [],
};
