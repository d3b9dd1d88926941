// Somebody has seen a signal and says so: it asks for nobody until the time is up. It belongs to this raising of the
// signal (`firstSeen`); a fact that goes and comes back is a new one. Raised again by itself at most twice: after that
// the acknowledgement stands until the fact is gone, since asking a third time tells nobody anything new.

export type Acknowledgement = {
  /** The task's key. */
  readonly key: string;
  readonly code: string;
  /** Of the signal: ISO 8601. */
  readonly firstSeen: string;
  /** `snoozed`: to be asked again at a time somebody chose, however often. */
  readonly kind: "acknowledged" | "snoozed";
  readonly by: string;
  readonly atMs: number;
  /** Null: until the fact is gone. */
  readonly untilMs: number | null;
  readonly note: string | null;
  /** How often this raising has been acknowledged, this one included. */
  readonly times: number;
};

/** A signal is raised again this often by itself. */
export const RERAISED_AT_MOST = 2;

export type NewAcknowledgement = Pick<
  Acknowledgement,
  "key" | "code" | "firstSeen" | "kind" | "by" | "note"
> & {
  readonly nowMs: number;
  /** As chosen; null for the usual time. */
  readonly untilMs: number | null;
  readonly usualMs: number;
};

/** The acknowledgement that a wish makes, given the one there was before. */
export function acknowledgeSignal(wish: NewAcknowledgement, before: Acknowledgement | null): Acknowledgement {
  const { nowMs, usualMs, untilMs, ...told } = wish;
  const same = before !== null && before.firstSeen === wish.firstSeen ? before : null;
  const times = (same?.times ?? 0) + 1;
  const usual = wish.kind === "acknowledged" && times > RERAISED_AT_MOST ? null : nowMs + usualMs;
  return { ...told, atMs: nowMs, untilMs: untilMs ?? usual, times };
}

/** Whether it holds for a signal first seen at that time. */
export function isInForce(
  acknowledgement: Acknowledgement,
  { firstSeen, nowMs }: { readonly firstSeen: string; readonly nowMs: number },
): boolean {
  const { untilMs } = acknowledgement;
  return acknowledgement.firstSeen === firstSeen && (untilMs === null || nowMs < untilMs);
}
