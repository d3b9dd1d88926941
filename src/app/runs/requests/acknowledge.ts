// A person acknowledges a task's signals: until a time they ask for no one. For a snooze the person chooses that time.

import { type Acknowledgement, acknowledgeSignal } from "../../../core/contract/acknowledgement.ts";
import { type Refusal, refusal } from "../../../core/contract/refusal.ts";
import type { Signal } from "../../../core/contract/signal.ts";
import type { TaskRow } from "../../../core/contract/snapshot.ts";
import { listed } from "../../../core/text/listed.ts";
import { HOUR_MS } from "../../../core/values/durations.ts";
import { actionOf } from "../change/action-of.ts";
import type { RunsContext } from "../change/runs-context.ts";

type AcknowledgeContext = Pick<RunsContext, "clock" | "store" | "config">;

export type AcknowledgeRequest = {
  readonly kind: Acknowledgement["kind"];
  /** Null: all open signals that need a person. */
  readonly code: string | null;
  /** Null: the usual time. */
  readonly untilMs: number | null;
  readonly note: string | null;
  readonly by: string;
};

/** The acknowledgement of one signal before and after; null where there was none. */
export type AcknowledgementStep = {
  readonly code: string;
  readonly before: Acknowledgement | null;
  readonly after: Acknowledgement | null;
};

export type Acknowledged =
  | {
      readonly kind: "acknowledged";
      readonly acknowledgements: readonly Acknowledgement[];
      /** One for each of them, for undo. */
      readonly steps: readonly AcknowledgementStep[];
    }
  | Refusal;

export async function acknowledge(
  { clock, store, config }: AcknowledgeContext,
  row: TaskRow,
  { kind, code, untilMs, note, by }: AcknowledgeRequest,
): Promise<Acknowledged> {
  const signals = row.signals.filter((signal) => isRequested(signal, code));
  if (signals.length === 0) return nothingToAcknowledge(row, code);
  const known = await store.readAcknowledgements();
  const atMs = clock.wallMs();
  const usualMs = config.thresholds.reraise_hours * HOUR_MS;
  const steps: (AcknowledgementStep & { readonly after: Acknowledgement })[] = [];
  for (const { code: of, first_seen: firstSeen } of signals) {
    const before = known.find((one) => one.key === row.key && one.code === of) ?? null;
    const facts = { key: row.key, code: of, firstSeen, kind, by, note, untilMs, nowMs: atMs, usualMs };
    const acknowledgement = acknowledgeSignal(facts, before);
    const act = { by, atMs, note: noteOf(of, note) };
    const action = actionOf(kind === "snoozed" ? "snooze" : "acknowledge", row, act);
    await store.writeAcknowledgement({ acknowledgement, action });
    steps.push({ code: of, before, after: acknowledgement });
  }
  return { kind: "acknowledged", acknowledgements: steps.map(({ after }) => after), steps };
}

/** Withdraws acknowledgements and returns them. */
export async function withdrawAcknowledgement(
  { clock, store }: Pick<RunsContext, "clock" | "store">,
  row: TaskRow,
  { code, by, note }: Pick<AcknowledgeRequest, "code" | "by" | "note">,
): Promise<readonly Acknowledgement[]> {
  const known = await store.readAcknowledgements();
  const meant = known.filter((one) => one.key === row.key && (code === null || one.code === code));
  const atMs = clock.wallMs();
  for (const { code: of } of meant) {
    const action = actionOf("withdraw_acknowledgement", row, { by, atMs, note: noteOf(of, note) });
    await store.dropAcknowledgement({ key: row.key, code: of, action });
  }
  return meant;
}

function noteOf(code: string, note: string | null): string {
  return note === null ? code : `${code}: ${note}`;
}

function isRequested(signal: Signal, code: string | null): boolean {
  return code === null ? signal.tier === 2 && signal.acknowledged === null : signal.code === code;
}

function nothingToAcknowledge({ key, signals }: TaskRow, code: string | null): Refusal {
  const codes = signals.map((signal) => signal.code);
  const hint =
    codes.length === 0
      ? `\`tasks show ${key}\` prints what is known about it.`
      : `Its signals are ${listed(codes)}; name one with --code.`;
  return code === null
    ? refusal(`${key} has no open signal that needs a person.`, hint)
    : refusal(`${key} has no signal ${code}.`, hint);
}
