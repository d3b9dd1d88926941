import type { TaskRow } from "../contract/snapshot.ts";
import { defaultOrder } from "../publication/order.ts";

/** Of the queue: a run that gave its slot back while it waited has the next free one. */
export function inOrder(a: TaskRow, b: TaskRow): number {
  return Number(b.run?.goes_first ?? false) - Number(a.run?.goes_first ?? false) || readyOrder(a, b);
}

const readyOrder = defaultOrder("ready");
