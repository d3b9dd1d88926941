// What a row says of a run's agent: who it is, what it does now, what it used. Part of the public contract (run-view.ts).

import * as z from "zod";

const isoTime = z.string().describe("ISO 8601, UTC, milliseconds");

export const DOING_KINDS = [
  "starting",
  "thinking",
  "tool",
  /** A request to the model failed and is repeated. */
  "retrying",
  /** It waits for a person's permission. */
  "permission",
  /** It waits for a person's answer. */
  "question",
  "between_turns",
] as const;

export const agentViewSchema = z.object({
  name: z.string().describe("its key in `workers:`"),
  kind: z.string().describe("claude, codex, …"),
  version: z.string().nullable(),
  permissions: z.string().nullable().describe("ask, edits or full"),
});

export const doingSchema = z.object({
  kind: z.enum(DOING_KINDS),
  text: z
    .string()
    .nullable()
    .describe("a tool's input, why it retries (`503, retry 3`), or what it asks; else null"),
  tool: z.string().nullable().describe("as the agent names it: `Bash`"),
  does: z.string().nullable().describe("what a tool does: run, edit, read, search, web, plan, agent, other"),
  others: z.number().int().describe("how many more tools run"),
  since: isoTime.nullable(),
});
export type DoingView = Readonly<z.infer<typeof doingSchema>>;

export const planSchema = z.object({
  done: z.number().int(),
  total: z.number().int(),
  current: z.string().nullable().describe("the step it works on"),
});

export const tokensSchema = z.object({
  input: z.number(),
  output: z.number(),
  cached: z.number().describe("of `input`, read from a cache"),
});

export const costSchema = z.object({
  usd: z.number(),
  estimated: z.boolean().describe("computed from a price list, not billed"),
});
export type CostView = Readonly<z.infer<typeof costSchema>>;

export const deniedSchema = z.object({
  count: z.number().int(),
  tool: z.string().describe("of the newest"),
  input: z.string(),
  why: z.string(),
});

export const limitSchema = z.object({
  status: z.enum(["warning", "reached"]),
  window: z.string().nullable().describe("as the agent names it: `five_hour`"),
  used_percent: z.number().nullable(),
  resets_at: isoTime.nullable(),
  at: isoTime.describe("when the agent said so"),
});

const lines = z.number().int().nullable().describe("null: a binary file, or one too large to count");

export const diffSchema = z.object({
  files: z.number().int(),
  added: z.number().int().describe("lines"),
  removed: z.number().int(),
  newest: z
    .array(z.object({ path: z.string(), added: lines, removed: lines }))
    .describe("at most 20, the last written first"),
  at: isoTime.describe("when git was asked"),
});
