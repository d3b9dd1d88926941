// How much room there is, measured beside the cycles: every 15 s while something waits or runs, else once a minute. Only the
// first cycle of a process waits for it, and not for long: before that nothing is known, and nothing should start.

import type { MeasuredRoom } from "../../core/hold/room.ts";
import { MINUTE_MS, SECOND_MS } from "../../core/values/durations.ts";
import type { Clock } from "../../ports/system/clock.ts";
import type { Log } from "../../ports/system/log.ts";
import type { MachineRoom } from "../../ports/system/machine-room.ts";
import { settlesWithin } from "../wait/sleep.ts";

export type RoomMeter = {
  /** Newest measurement, which may be a moment old; null while there is none. */
  read(options: { readonly isBusy: boolean }): Promise<MeasuredRoom | null>;
};

const BUSY_EVERY_MS = 15 * SECOND_MS;
const IDLE_EVERY_MS = MINUTE_MS;
/** A file system that is not reached (a share whose server is gone) must not hold up the pages. */
const FIRST_WAIT_MS = SECOND_MS;

export type RoomMeterContext = MachineRoom & {
  readonly clock: Pick<Clock, "monotonicMs">;
  readonly log: Log;
};

export function createRoomMeter({ measure, clock, log }: RoomMeterContext): RoomMeter {
  let newest: MeasuredRoom | null = null;
  let startedMs = Number.NEGATIVE_INFINITY;
  let running: Promise<void> | null = null;
  const renew = async (): Promise<void> => {
    try {
      newest = await measure();
    } catch (error) {
      log.warn({ error }, "the room on this machine could not be measured");
    } finally {
      running = null;
    }
  };
  return {
    async read({ isBusy }) {
      const isOld = clock.monotonicMs() - startedMs >= (isBusy ? BUSY_EVERY_MS : IDLE_EVERY_MS);
      const isFirst = startedMs === Number.NEGATIVE_INFINITY;
      if (isOld && running === null) {
        startedMs = clock.monotonicMs();
        running = renew();
      }
      if (isFirst && running !== null) await settlesWithin(running, FIRST_WAIT_MS);
      return newest;
    },
  };
}
