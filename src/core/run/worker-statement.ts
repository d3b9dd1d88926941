// What a worker says of its own run, as data: it may have to be kept until the store can take it.

import type { Outcome, Run } from "../contract/run.ts";
import {
  declareWait,
  deliverAnswer,
  type RunChange,
  recordOutcome,
  recordQuestion,
  recordReport,
} from "./run-transitions.ts";

export type Statement =
  | { readonly kind: "finish"; readonly outcome: Outcome }
  | { readonly kind: "report"; readonly text: string; readonly atMs: number }
  | { readonly kind: "wait"; readonly on: string; readonly untilMs: number; readonly atMs: number }
  | {
      readonly kind: "ask";
      readonly text: string;
      readonly choices: readonly string[];
      /** What it continues with if there is no answer until then. */
      readonly fallback?: { readonly text: string; readonly atMs: number } | null | undefined;
      readonly atMs: number;
    }
  /** It has the answer to that question. */
  | { readonly kind: "received"; readonly number: number };

/** A statement of the attempt that `epoch` belongs to. */
export type KeptStatement = {
  readonly epoch: number;
  /** Of the secret that the worker was given; null without one. */
  readonly proofHash: string | null;
  readonly statement: Statement;
};

export function applyStatement(run: Run, statement: Statement): RunChange {
  switch (statement.kind) {
    case "finish":
      return recordOutcome(run, statement.outcome);
    case "report":
      return recordReport(run, statement);
    case "wait":
      return declareWait(run, statement);
    case "ask":
      return recordQuestion(run, { ...statement, fallback: statement.fallback ?? null });
    case "received":
      return deliverAnswer(run, statement);
  }
}

/** The worker has said something later of the same kind, which was stored at once. */
export function isOvertaken(run: Run, statement: Statement): boolean {
  if (statement.kind === "received") return false;
  if (statement.kind === "finish") return (run.outcome?.atMs ?? 0) > statement.outcome.atMs;
  if (statement.kind === "ask") return (run.question?.askedAtMs ?? 0) > statement.atMs;
  return Math.max(run.report?.atMs ?? 0, run.wait?.atMs ?? 0) > statement.atMs;
}
