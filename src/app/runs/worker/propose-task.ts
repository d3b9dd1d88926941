// A task that a worker found while it worked on another: filed as not started, with the task it comes from, and at most a
// few for each run. A person accepts or drops it (ADR 33).

import { type Refusal, refusal } from "../../../core/contract/refusal.ts";
import { countProposal, PROPOSALS_MAX, uncountProposal } from "../../../core/run/propose.ts";
import type { RunStore } from "../../../ports/store/run-store.ts";
import {
  type CreateContext,
  type CreateRequest,
  type Edited,
  planTask,
  writePlannedTask,
} from "../../tasks/create-task.ts";
import { changeOwnRun, type OwnRun, readOwnRun } from "./own-run.ts";

export type Proposed =
  | (Edited & {
      readonly kind: "proposed";
      readonly from: string;
      /** How many more this run may propose. */
      readonly left: number;
    })
  | Refusal;

/** Throws UserError as `planTask` and `writePlannedTask` do; nothing is counted then. */
export async function proposeTask(
  { store, snapshot, ...context }: CreateContext & { readonly store: RunStore },
  own: OwnRun,
  request: CreateRequest,
): Promise<Proposed> {
  const found = await readOwnRun(store, own);
  if (found.kind === "refused") return found;
  if (request.status !== null && request.status !== "not_started") return STATUS_IS_NOT_YOURS;
  const from = found.run.key;
  const planned = planTask(snapshot, request, from);
  const counted = await changeOwnRun(store, own, countProposal);
  if (counted.kind === "refused") return counted;
  try {
    const edited = await writePlannedTask(context, planned);
    return { kind: "proposed", ...edited, from, left: PROPOSALS_MAX - counted.run.proposals };
  } catch (error) {
    await changeOwnRun(store, own, uncountProposal);
    throw error;
  }
}

const STATUS_IS_NOT_YOURS = refusal(
  "A task that a worker proposes is filed as not started: a person accepts it first.",
  "Leave the status out.",
);
