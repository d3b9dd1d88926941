import type { Run } from "../../../core/contract/run.ts";
import { StoreError } from "../../../ports/store/store-error.ts";
import { sleep } from "../../wait/sleep.ts";
import type { AttemptContext } from "./attempt-start.ts";

const PAUSE_MS = 1_000;

/**
 * The run as it is now. Null when it was handed over, when the store will not be usable again (a repository that was removed
 * included), or once it `isOver`.
 */
export async function readOwnRun(
  { store, repositoryExists }: Pick<AttemptContext, "store" | "repositoryExists">,
  { id, epoch }: Pick<Run, "id" | "epoch">,
  isOver: () => boolean,
): Promise<Run | null> {
  while (!isOver()) {
    try {
      const run = await store.readRun(id);
      return run?.epoch === epoch && run.state === "running" && !isOver() ? run : null;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      if (error.kind === "newer" || error.kind === "closed" || !repositoryExists()) return null;
      await sleep(PAUSE_MS);
    }
  }
  return null;
}
