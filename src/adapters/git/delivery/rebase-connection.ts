// The way to the remote of a worktree's branch: its address judged, and a borrowed repository to go there from.

import type { CommitSha } from "../../../core/contract/commit-sha.ts";
import type { RebaseRequest } from "../../../ports/git/worktrees.ts";
import { type Borrowed, borrowRepository } from "./borrowed-repository.ts";
import type { Stopped } from "./rebase-outcome.ts";
import type { Checkout } from "./rebase-site.ts";
import { findRemote } from "./remote-address.ts";
import { openRemote, type Remote } from "./remote-command.ts";

export type Connection = {
  readonly kind: "connection";
  readonly borrowed: Borrowed;
  readonly remote: Remote;
  /** As the repository calls the remote. */
  readonly name: string;
};

export async function connect(
  checkout: Checkout,
  head: CommitSha,
  { dryRun, signal }: RebaseRequest,
): Promise<Connection | Stopped> {
  const address = await findRemote(checkout, signal);
  if (address.kind !== "address") return address;
  const borrowed = borrowRepository(checkout, { remote: address, head, keepsObjects: !dryRun });
  const remote = await openRemote(borrowed, address, checkout, signal);
  if (remote.kind !== "remote") return remote;
  return { kind: "connection", borrowed, remote, name: address.name };
}
