// What an attempt meets, reported to the pauses of its account and host.

import type { Run } from "../../../../core/contract/run.ts";
import type { PauseStore } from "../../../../ports/store/pause-store.ts";
import type { ChangeablePauses } from "../../pauses/change-pause.ts";
import { noteModelAnswered, noteWindow } from "../../pauses/note-success.ts";
import { openPause, type PauseContext } from "../../pauses/open-pause.ts";
import type { Outages } from "./attempt-watch.ts";

export type OutagesContext = Omit<PauseContext, "store"> & {
  readonly store: ChangeablePauses & Pick<PauseStore, "readAccountWindows" | "writeAccountWindow">;
  readonly account: string;
  readonly host: string;
  /** A stamp of the credentials that its agent was started with; null if unknown. */
  readonly credentials: string | null;
};

export function outagesOf({ account, host, credentials, ...context }: OutagesContext): Outages {
  const { store } = context;
  return {
    ...{ account, host },
    pauses: {
      open: async ({ id, key }: Run, met) =>
        void (await openPause(context, { ...met, run: id, key, host, credentials })),
      answered: async ({ id }) => await noteModelAnswered(store, { run: id, account, host }),
      window: async (window) => await noteWindow(store, window),
    },
  };
}
