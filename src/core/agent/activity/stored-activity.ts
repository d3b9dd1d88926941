// The digest of an attempt as its file has it (`activity.json` in the run's folder): written by the supervisor, read by each
// cycle. What is no digest of this version is none: a row then says less, and nothing fails.

import * as z from "zod";
import { AGENT_ERROR_CODES, cutText } from "../contract/agent-event.ts";
import type { AgentActivity } from "./agent-activity.ts";

/** A digest that would be longer loses the texts of its plan. */
export const ACTIVITY_LENGTH_MAX = 32_000;
const PLAN_TEXT_MAX = 200;

export function encodeActivity(activity: AgentActivity): string {
  const { plan } = activity;
  const cut = (max: number) =>
    JSON.stringify({
      ...activity,
      plan: plan.map((entry) => ({ ...entry, text: cutText(entry.text, max) })),
    });
  const text = cut(PLAN_TEXT_MAX);
  if (text.length <= ACTIVITY_LENGTH_MAX) return text;
  return JSON.stringify({ ...activity, plan: plan.map(({ state }) => ({ text: "", state })) });
}

/** Null for anything else, whatever it is. */
export function decodeActivity(text: string): AgentActivity | null {
  try {
    return activitySchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

const text = z.string();
const ms = z.number();
const count = z.number().min(0);

const doingSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("starting") }),
  z.object({ kind: z.literal("thinking"), sinceMs: ms }),
  z.object({
    kind: z.literal("tool"),
    name: text,
    does: z.enum(["run", "edit", "read", "search", "web", "plan", "agent", "other"]),
    input: text,
    sinceMs: ms,
    others: count,
  }),
  z.object({
    kind: z.literal("retrying"),
    retry: count,
    status: z.number().nullable(),
    why: text,
    sinceMs: ms,
  }),
  z.object({ kind: z.literal("asking"), about: z.enum(["permission", "question"]), text, sinceMs: ms }),
  z.object({ kind: z.literal("between_turns"), sinceMs: ms }),
]);

const activitySchema: z.ZodType<AgentActivity> = z.object({
  attempt: count,
  startedAtMs: ms.nullable().default(null),
  session: text.nullable(),
  model: text.nullable(),
  version: text.nullable(),
  lastEventAtMs: ms.nullable(),
  doing: doingSchema,
  plan: z.array(z.object({ text, state: z.enum(["pending", "active", "done"]) })),
  tokens: z.object({ input: count, output: count, cached: count }).nullable(),
  contextPercent: z.number().nullable(),
  cost: z.object({ usd: count, isEstimate: z.boolean() }).nullable(),
  limit: z
    .looseObject({
      kind: z.literal("limit"),
      status: z.enum(["warning", "reached"]),
      window: text.nullable(),
      usedPercent: z.number().nullable(),
      resetsAtMs: ms.nullable(),
      atMs: ms,
    })
    .nullable(),
  denied: count,
  lastDenied: z.object({ tool: text, input: text, why: text }).nullable(),
  error: z.object({ code: z.enum(AGENT_ERROR_CODES), why: text }).nullable(),
  lastMessage: text.nullable(),
  turnsEnded: count,
  writes: count.default(0),
  events: count,
  unparsed: count,
  firstUnparsed: text.nullable(),
  tools: count.exactOptional(),
  workMs: count.exactOptional(),
  loop: z
    .object({ kind: z.enum(["tool", "error", "no_change"]), times: count, text, sinceMs: ms })
    .nullable()
    .exactOptional(),
});
