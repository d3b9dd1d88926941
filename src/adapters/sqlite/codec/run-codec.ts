// A run as a row: what statements compare are columns, the rest is JSON. Each fact is stored once, so the two cannot
// disagree. Always validated when read: a run cannot be derived from anything else, and it starts and ends processes.
//
// Objects are loose: a supervisor survives an upgrade, and must keep what a newer version has added to its run.

import type { SQLInputValue } from "node:sqlite";
import * as z from "zod";
import type { CommitSha } from "../../../core/contract/commit-sha.ts";
import { RUN_STATES, type Run, type RunId } from "../../../core/contract/run.ts";
import { PAUSE_CAUSES } from "../../../core/records/scoped-pause.ts";
import { parseStored } from "../database/sql.ts";
import { damagedValue } from "../database/sqlite-failure.ts";

/** As selected: under the names they have in a run. */
export const RUN_COLUMNS =
  "id, key, kind, state, since_ms AS sinceMs, epoch, revision, owner, host, port_block AS portBlock, body";

/** The values of a run's columns, by the names that statements bind. */
export function encodeRun(run: Run): Record<string, SQLInputValue> {
  const { id, key, kind, state, sinceMs, epoch, revision, owner, host, portBlock, ...others } = run;
  const { stopRequest: wish, ...rest } = others; // words-ok: the stored name
  const body = JSON.stringify({ ...rest, wish }); // words-ok: the stored name
  return { id, key, kind, state, sinceMs, epoch, revision, owner, host, portBlock, body };
}

/** Throws a `corrupt` StoreError for a row that is not an encoded run. */
export function decodeRun({ body, ...columns }: Record<string, unknown>): Run {
  const stored = parseStored(body, "a run") as Record<string, unknown> | null;
  const { wish: stopRequest, ...rest } = stored ?? {}; // words-ok: the stored name
  const run = runSchema.safeParse({ ...rest, stopRequest, ...columns });
  if (!run.success) throw damagedValue("a run", run.error);
  return run.data;
}

const act = { by: z.string(), atMs: z.number() };
const note = z.string().nullable();
const process = z.looseObject({ id: z.string(), host: z.string(), pid: z.number() });

const questionSchema = z.looseObject({
  number: z.number(),
  text: z.string(),
  choices: z.array(z.string()),
  request: z
    .looseObject({
      id: z.string(),
      about: z.enum(["permission", "question"]),
      exact: z.string().exactOptional(),
    })
    .nullable()
    .exactOptional(),
  fallback: z.looseObject({ text: z.string(), atMs: z.number() }).nullable().exactOptional(),
  askedAtMs: z.number(),
  answer: z.looseObject({ ...act, text: z.string(), delivered: z.boolean() }).nullable(),
});

const agentSchema = z.looseObject({
  name: z.string(),
  kind: z.string(),
  program: z.string().nullable(),
  version: z.string().nullable(),
  permissions: z.string().exactOptional(),
  wrapped: z.boolean().exactOptional(),
});

const useSchema = z.looseObject({
  tokens: z.looseObject({ input: z.number(), output: z.number(), cached: z.number() }).nullable(),
  cost: z.looseObject({ usd: z.number(), isEstimate: z.boolean() }).nullable(),
  events: z.number(),
  unparsed: z.number(),
  tools: z.number().exactOptional(),
  workMs: z.number().exactOptional(),
});

const scopeSchema = z.looseObject({ kind: z.enum(["account", "host", "setup"]), name: z.string() });

const sparedSchema = z.discriminatedUnion("kind", [
  z.looseObject({
    kind: z.literal("paused"),
    cause: z.enum(PAUSE_CAUSES),
    scope: scopeSchema,
    why: z.string(),
  }),
  z.looseObject({ kind: z.literal("restarted") }),
  z.looseObject({ kind: z.literal("waiting"), on: z.string() }),
  z.looseObject({
    kind: z.literal("out_of_memory"),
    mb: z.number().nullable(),
    during: z.string().nullable(),
  }),
]);

const budgetSchema = z.looseObject({
  raises: z.number(),
  reached: z
    .looseObject({
      what: z.enum(["usd", "tokens", "minutes", "tools", "day_usd"]),
      atMs: z.number(),
      used: z.number().exactOptional(),
    })
    .nullable(),
});

const attemptSchema = z.looseObject({
  number: z.number(),
  startedAtMs: z.number(),
  endedAtMs: z.number(),
  end: z.discriminatedUnion("kind", [
    z.looseObject({
      kind: z.literal("exited"),
      code: z.number(),
      unfinished: z.string().exactOptional(),
    }),
    z.looseObject({ kind: z.literal("signalled"), signal: z.string() }),
    z.looseObject({ kind: z.literal("not_started"), detail: z.string() }),
    z.looseObject({ kind: z.literal("lost"), detail: z.string() }),
    z.looseObject({ kind: z.literal("stopped"), by: z.string() }),
  ]),
  agent: agentSchema.nullable().exactOptional(),
  use: useSchema.nullable().exactOptional(),
  limitedUntilMs: z.number().exactOptional(),
  spared: sparedSchema.nullable().exactOptional(),
});

const runSchema: z.ZodType<Run> = z.looseObject({
  id: z.string() as unknown as z.ZodType<RunId>,
  key: z.string(),
  kind: z.enum(["supervised", "by_hand"]),
  state: z.enum(RUN_STATES),
  sinceMs: z.number(),
  epoch: z.number(),
  revision: z.number(),
  owner: z.string().nullable(),
  queued: z.looseObject({ ...act, note }),
  notBeforeMs: z.number().nullable(),
  attempt: z.number(),
  failuresInRow: z.number(),
  attempts: z.array(attemptSchema),
  usedBefore: useSchema.nullable().exactOptional(),
  portBlock: z.number().nullable(),
  // Runs of earlier versions only have a block of their repository.
  firstPort: z.number().nullable().default(null),
  worktree: z.string().nullable(),
  branch: z.string().nullable(),
  baseCommit: (z.string() as unknown as z.ZodType<CommitSha>).nullable(),
  taskHash: z.string().nullable(),
  uncommitted: z.boolean(),
  workerName: z.string().nullable(),
  // Runs of earlier versions have neither worker by name nor session.
  requestedWorker: z.string().nullable().default(null),
  agent: agentSchema.nullable().default(null),
  session: z
    .looseObject({ kind: z.string(), id: z.string(), isStarted: z.boolean() })
    .nullable()
    .default(null),
  host: z.string().nullable(),
  holder: process.nullable(),
  worker: process.nullable(),
  // The previous version's runs have none.
  proof: z.looseObject({ epoch: z.number(), hash: z.string() }).nullable().default(null),
  // Runs of earlier versions have none.
  leftRunning: z.array(process.extend({ name: z.string() })).default([]),
  startedAtMs: z.number().nullable(),
  report: z.looseObject({ text: z.string(), atMs: z.number() }).nullable(),
  wait: z.looseObject({ on: z.string(), untilMs: z.number(), atMs: z.number() }).nullable(),
  question: questionSchema.nullable(),
  followUps: z.array(z.looseObject({ ...act, text: z.string() })),
  outcome: z
    .looseObject({ kind: z.enum(["done", "blocked", "failed"]), note: z.string(), atMs: z.number() })
    .nullable(),
  // Runs of earlier versions have none.
  proposals: z.number().default(0),
  // Runs of earlier versions wait for nothing and have no budget.
  decidedAlone: z
    .array(z.looseObject({ question: z.string(), answer: z.string(), atMs: z.number() }))
    .default([]),
  held: z
    .looseObject({
      cause: z.enum([...PAUSE_CAUSES, "wait", "memory"]),
      scope: scopeSchema.nullable(),
      on: z.string(),
      sinceMs: z.number(),
      untilMs: z.number().nullable(),
    })
    .nullable()
    .default(null),
  alone: z.boolean().default(false),
  budget: budgetSchema.default({ raises: 0, reached: null }),
  handedOver: z
    .looseObject({ ...act, from: z.string(), to: z.string() })
    .nullable()
    .default(null),
  // Runs of earlier versions have none.
  takenOver: z
    .looseObject({ ...act, holder: process.nullable() })
    .nullable()
    .default(null),
  stopRequest: z.looseObject({ ...act, kind: z.enum(["stop", "interrupt"]), note }).nullable(),
  closing: z
    .looseObject({ ...act, as: z.enum(["delivered", "abandoned", "superseded"]), why: z.string() })
    .nullable(),
});
