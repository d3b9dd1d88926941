// What an attempt's agent is doing, folded from its events: a digest of bounded size that the supervisor keeps beside the
// log (`activity.json`), so that a cycle reads one small file per run, however much an agent says.

import {
  type AgentErrorCode,
  type AgentEvent,
  cutText,
  type PlanEntry,
  type TimedEvent,
  type ToolDoes,
} from "../contract/agent-event.ts";

export type AgentActivity = {
  readonly attempt: number;
  /** When the attempt started; null in digests of earlier versions. */
  readonly startedAtMs: number | null;
  readonly session: string | null;
  readonly model: string | null;
  readonly version: string | null;
  /** When the newest event came; null before the first. */
  readonly lastEventAtMs: number | null;
  readonly doing: Doing;
  readonly plan: readonly PlanEntry[];
  readonly tokens: { readonly input: number; readonly output: number; readonly cached: number } | null;
  readonly contextPercent: number | null;
  readonly cost: { readonly usd: number; readonly isEstimate: boolean } | null;
  /** The newest limit event of this attempt. */
  readonly limit: (Extract<AgentEvent, { kind: "limit" }> & { readonly atMs: number }) | null;
  readonly denied: number;
  readonly lastDenied: { readonly tool: string; readonly input: string; readonly why: string } | null;
  readonly error: { readonly code: AgentErrorCode; readonly why: string } | null;
  /** The agent's last whole message, cut; a question in it is shown when a turn ends without a report. */
  readonly lastMessage: string | null;
  readonly turnsEnded: number;
  /** Tools that ended and may have changed files: all but those that only read. */
  readonly writes: number;
  readonly events: number;
  readonly unparsed: number;
  readonly firstUnparsed: string | null;
  /** Tool calls, those that still run included. Absent in digests of earlier versions, as is `workMs`. */
  readonly tools?: number;
  /** At work: neither asleep nor waiting. */
  readonly workMs?: number;
  /** It seems to repeat itself. */
  readonly loop?: ActivityLoop | null;
};

export type ActivityLoop = {
  readonly kind: "tool" | "error" | "no_change";
  readonly times: number;
  /** What it repeats: the command, the error, the part of its budget. */
  readonly text: string;
  readonly sinceMs: number;
};

/** `sinceMs`: when that began. */
export type Doing =
  | { readonly kind: "starting" }
  | { readonly kind: "thinking"; readonly sinceMs: number }
  /** Several may run at once: the oldest. `others`: how many more. */
  | {
      readonly kind: "tool";
      readonly name: string;
      readonly does: ToolDoes;
      readonly input: string;
      readonly sinceMs: number;
      readonly others: number;
    }
  | {
      readonly kind: "retrying";
      readonly retry: number;
      readonly status: number | null;
      readonly why: string;
      readonly sinceMs: number;
    }
  | {
      readonly kind: "asking";
      readonly about: "permission" | "question";
      readonly text: string;
      readonly sinceMs: number;
    }
  /** Its turn is over; it waits for the next message, or ends. */
  | { readonly kind: "between_turns"; readonly sinceMs: number };

/** The digest and what only the fold needs. */
export type ActivityFold = {
  readonly activity: AgentActivity;
  readonly running: ReadonlyMap<string, RunningTool>;
  /** The message that `lastMessage` is a part of; null when it is whole. */
  readonly part: string | null;
};

type RunningTool = Pick<Extract<Doing, { kind: "tool" }>, "name" | "does" | "input" | "sinceMs">;

const MESSAGE_KEPT = 2_000;
/** A kind that never ends its tools does not fill the memory. */
const RUNNING_MAX = 100;

export function emptyActivity(attempt: number, startedAtMs: number | null = null): ActivityFold {
  return {
    running: new Map(),
    part: null,
    activity: {
      attempt,
      startedAtMs,
      session: null,
      model: null,
      version: null,
      lastEventAtMs: null,
      doing: { kind: "starting" },
      plan: [],
      tokens: null,
      contextPercent: null,
      cost: null,
      limit: null,
      denied: 0,
      lastDenied: null,
      error: null,
      lastMessage: null,
      turnsEnded: 0,
      writes: 0,
      events: 0,
      unparsed: 0,
      firstUnparsed: null,
    },
  };
}

export function foldEvent(fold: ActivityFold, event: TimedEvent): ActivityFold {
  const { activity } = fold;
  const running = runningAfter(fold.running, event);
  const facts = factsOf(fold, event);
  const doing = doingAfter(activity.doing, event, running);
  const counted = { events: activity.events + 1, lastEventAtMs: event.atMs };
  const part = event.kind === "message" && event.from === "agent" ? event.part : fold.part;
  return { running, part, activity: { ...activity, ...counted, ...facts, doing } };
}

function runningAfter(
  running: ReadonlyMap<string, RunningTool>,
  event: TimedEvent,
): ReadonlyMap<string, RunningTool> {
  if (event.kind === "ended") return new Map();
  return event.kind === "tool" ? withTool(running, event, event.atMs) : running;
}

function withTool(
  running: ReadonlyMap<string, RunningTool>,
  { id, name, does, input, state }: Extract<AgentEvent, { kind: "tool" }>,
  atMs: number,
): ReadonlyMap<string, RunningTool> {
  const next = new Map(running);
  if (state !== "running") next.delete(id);
  else if (next.size < RUNNING_MAX)
    next.set(id, { name, does, input, sinceMs: running.get(id)?.sinceMs ?? atMs });
  return next;
}

function factsOf({ activity: before, part }: ActivityFold, event: TimedEvent): Partial<AgentActivity> {
  switch (event.kind) {
    case "session":
      return {
        session: event.id,
        model: event.model ?? before.model,
        version: event.version ?? before.version,
      };
    case "message":
      return event.from === "agent"
        ? { lastMessage: messageAfter(before.lastMessage, part, event), error: null }
        : {};
    case "plan":
      return { plan: event.entries };
    case "usage": {
      const { input, output, cached } = before.tokens ?? { input: 0, output: 0, cached: 0 };
      return {
        tokens: { input: input + event.input, output: output + event.output, cached: cached + event.cached },
        contextPercent: event.contextPercent ?? before.contextPercent,
      };
    }
    case "cost":
      return {
        cost: {
          usd: (before.cost?.usd ?? 0) + event.usd,
          isEstimate: event.isEstimate || (before.cost?.isEstimate ?? false),
        },
      };
    case "limit":
      return { limit: event };
    case "denied": {
      const { tool, input, why } = event;
      return { denied: before.denied + 1, lastDenied: { tool, input, why } };
    }
    case "error":
      return { error: { code: event.code, why: event.why } };
    case "ended":
      return { turnsEnded: before.turnsEnded + 1 };
    case "unparsed":
      return { unparsed: before.unparsed + 1, firstUnparsed: before.firstUnparsed ?? event.line };
    case "tool":
      return event.state === "running" || READS.has(event.does) ? {} : { writes: before.writes + 1 };
    case "reasoning":
    case "asked":
    case "retrying":
      return {};
  }
}

const READS: ReadonlySet<ToolDoes> = new Set(["read", "search", "web", "plan"]);

/** A streamed message comes in parts; a new one replaces the last. */
function messageAfter(
  last: string | null,
  part: string | null,
  event: Extract<TimedEvent, { kind: "message" }>,
): string {
  const isContinued = event.part !== null && event.part === part;
  return cutText(isContinued ? `${last ?? ""}${event.text}` : event.text, MESSAGE_KEPT);
}

function doingAfter(doing: Doing, event: TimedEvent, running: ReadonlyMap<string, RunningTool>): Doing {
  const { atMs: sinceMs } = event;
  switch (event.kind) {
    case "ended":
      return { kind: "between_turns", sinceMs };
    case "asked":
      return { kind: "asking", about: event.about, text: event.text, sinceMs };
    case "retrying": {
      const { retry, status, why } = event;
      return { kind: "retrying", retry, status, why, sinceMs };
    }
    case "session":
    case "message":
    case "reasoning":
    case "tool":
    case "plan":
      return atWork(doing, running, sinceMs);
    default:
      return doing;
  }
}

function atWork(doing: Doing, running: ReadonlyMap<string, RunningTool>, sinceMs: number): Doing {
  const [oldest] = running.values();
  if (oldest !== undefined) return { kind: "tool", ...oldest, others: running.size - 1 };
  return doing.kind === "thinking" ? doing : { kind: "thinking", sinceMs };
}
