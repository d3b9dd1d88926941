// Who acts: the name that the feed, the page and the run show.

import { EVERYONE } from "../../core/team/resolve-owner.ts";
import type { RepositoryContext } from "./command.ts";

/** A worker is always named as one; otherwise `--as`, else the configured owner, else the user who is logged in. */
export function actorOf({
  flags,
  loaded,
  system,
  worker,
}: Pick<RepositoryContext, "flags" | "loaded" | "system" | "worker">): string {
  if (worker !== null) return worker;
  const { owner } = loaded.config;
  const { environment } = system;
  const candidates = [
    flags["as"],
    owner === EVERYONE ? null : owner,
    environment["USER"],
    environment["USERNAME"],
    system.userName(),
  ];
  const name = candidates.find((candidate) => typeof candidate === "string" && candidate.trim() !== "");
  return typeof name === "string" ? name.trim() : "someone";
}
