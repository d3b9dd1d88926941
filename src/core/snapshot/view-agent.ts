// From the digest of a run's agent to its part of the row.

import type { AgentActivity, Doing } from "../agent/activity/agent-activity.ts";
import { cutText } from "../agent/contract/agent-event.ts";
import type { DoingView } from "../contract/agent-view.ts";
import type { Run } from "../contract/run.ts";
import type { RunView } from "../contract/run-view.ts";
import { useOf } from "../costs/run-use.ts";
import { isoTime, isoTimeOrNull } from "../text/iso-time.ts";

type AgentView = Pick<
  RunView,
  "agent" | "doing" | "plan" | "tokens" | "context_percent" | "cost" | "denied" | "limit"
>;

/** A question or a command in a row; the run's page has all of it. */
const ROW_TEXT_MAX = 200;

export function viewAgent(run: Run, activity: AgentActivity | null): AgentView {
  const { tokens, cost } = useOf(run, activity);
  return {
    agent: viewOfAgent(run, activity),
    doing: run.state === "running" && activity !== null ? viewDoing(activity.doing) : null,
    plan: activity && viewPlan(activity),
    tokens,
    context_percent: activity?.contextPercent ?? null,
    cost: cost && { usd: cost.usd, estimated: cost.isEstimate },
    denied: activity && viewDenied(activity),
    limit: activity && viewLimit(activity),
  };
}

function viewOfAgent({ agent }: Run, activity: AgentActivity | null): AgentView["agent"] {
  if (agent === null) return null;
  const { name, kind, version, permissions } = agent;
  return { name, kind, version: version ?? activity?.version ?? null, permissions: permissions ?? null };
}

function viewDoing(doing: Doing): DoingView {
  const since = "sinceMs" in doing ? isoTime(doing.sinceMs) : null;
  const plain = { text: null, tool: null, does: null, others: 0, since };
  switch (doing.kind) {
    case "tool": {
      const { name, does, input, others } = doing;
      return { ...plain, kind: "tool", text: cutText(input, ROW_TEXT_MAX), tool: name, does, others };
    }
    case "retrying":
      return { ...plain, kind: "retrying", text: retryText(doing) };
    case "asking":
      return { ...plain, kind: doing.about, text: cutText(doing.text, ROW_TEXT_MAX) };
    default:
      return { ...plain, kind: doing.kind };
  }
}

/** "503, retry 3". */
function retryText({ status, why, retry }: Extract<Doing, { kind: "retrying" }>): string {
  const cause = status === null ? cutText(why, ROW_TEXT_MAX) : String(status);
  return cause === "" ? `retry ${retry}` : `${cause}, retry ${retry}`;
}

function viewPlan({ plan }: AgentActivity): AgentView["plan"] {
  if (plan.length === 0) return null;
  const current = plan.find(({ state }) => state === "active")?.text ?? null;
  return {
    done: plan.filter(({ state }) => state === "done").length,
    total: plan.length,
    current: current && cutText(current, ROW_TEXT_MAX),
  };
}

function viewDenied({ denied: count, lastDenied }: AgentActivity): AgentView["denied"] {
  if (lastDenied === null) return null;
  const { tool, input, why } = lastDenied;
  return { count, tool, input: cutText(input, ROW_TEXT_MAX), why: cutText(why, ROW_TEXT_MAX) };
}

function viewLimit({ limit }: AgentActivity): AgentView["limit"] {
  if (limit === null) return null;
  const { status, window, usedPercent, resetsAtMs, atMs } = limit;
  return {
    status,
    window,
    used_percent: usedPercent,
    resets_at: isoTimeOrNull(resetsAtMs),
    at: isoTime(atMs),
  };
}
