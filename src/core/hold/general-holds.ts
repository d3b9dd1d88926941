// What keeps starts waiting although no one paused them and slots are free: no room, the wrong hour, a budget, the share of
// a limit that is kept for people. What waits for review is counted from the rows, so the snapshot's header adds it
// (core/snapshot/build-header.ts).

import type { DispatchHold } from "../contract/run-view.ts";
import type { Zone } from "../values/local-time.ts";
import { type ReserveInput, reserveHolds } from "./reserve.ts";
import { type Room, type RoomLimits, roomHold } from "./room.ts";
import { scheduleHold } from "./working-hours.ts";

export type HoldsInput = Pick<ReserveInput, "reserve" | "windows" | "accounts"> & {
  /** Null: not measured. */
  readonly room: Room | null;
  readonly dispatch: RoomLimits & { readonly at: string | null };
  /** Of the day's budget; null while it is not reached. */
  readonly budget: DispatchHold | null;
  readonly nowMs: number;
  readonly zone: Zone;
};

export function generalHolds(input: HoldsInput): readonly DispatchHold[] {
  const { room, dispatch, budget, nowMs, zone } = input;
  const single = [roomHold(room, dispatch), budget, scheduleHold(dispatch.at, nowMs, zone)];
  return inOrder([...single.filter((hold) => hold !== null), ...reserveHolds(input)]);
}

/** The first that applies to a task is the reason on its row. */
const ORDER: readonly DispatchHold["code"][] = ["room", "budget", "schedule", "review", "reserve"];

export function inOrder(holds: readonly DispatchHold[]): DispatchHold[] {
  return holds.toSorted((a, b) => ORDER.indexOf(a.code) - ORDER.indexOf(b.code));
}
