// An acknowledgement silences a signal until its time is up. It applies to one raising of the signal (`firstSeen`); a fact
// that disappears and returns raises a new one. After two automatic re-raises it lasts until the fact is gone.

export type Acknowledgement = {
  /** The task's key. */
  readonly key: string;
  readonly code: string;
  /** `first_seen` of the signal: ISO 8601. */
  readonly firstSeen: string;
  /** `snoozed`: raised again at a chosen time, any number of times. */
  readonly kind: "acknowledged" | "snoozed";
  readonly by: string;
  readonly atMs: number;
  /** Null: until the fact is gone. */
  readonly untilMs: number | null;
  readonly note: string | null;
  /** How often this raising has been acknowledged, including now. */
  readonly times: number;
};

/** A signal is automatically raised again this often. */
export const RERAISED_AT_MOST = 2;

export type NewAcknowledgement = Pick<
  Acknowledgement,
  "key" | "code" | "firstSeen" | "kind" | "by" | "note"
> & {
  readonly nowMs: number;
  /** Null for the usual time. */
  readonly untilMs: number | null;
  readonly usualMs: number;
};

export function acknowledgeSignal(
  request: NewAcknowledgement,
  before: Acknowledgement | null,
): Acknowledgement {
  const { nowMs, usualMs, untilMs, ...fields } = request;
  const same = before !== null && before.firstSeen === request.firstSeen ? before : null;
  const times = (same?.times ?? 0) + 1;
  const usual = request.kind === "acknowledged" && times > RERAISED_AT_MOST ? null : nowMs + usualMs;
  return { ...fields, atMs: nowMs, untilMs: untilMs ?? usual, times };
}

/** Whether it silences a signal first seen at that time. */
export function isInForce(
  acknowledgement: Acknowledgement,
  { firstSeen, nowMs }: { readonly firstSeen: string; readonly nowMs: number },
): boolean {
  const { untilMs } = acknowledgement;
  return acknowledgement.firstSeen === firstSeen && (untilMs === null || nowMs < untilMs);
}
