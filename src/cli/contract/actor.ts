// Who acts: the name that the feed, the page and the run show.

import { EVERYONE } from "../../core/team/resolve-owner.ts";
import type { Flag, RepositoryContext } from "./command.ts";

export const AS: Flag = {
  usage: "--as <name>",
  description: "who does it (default: the owner in the settings, else the user of this machine)",
};

/** A worker is named as one, whatever it says; else `--as`, the configured owner, whoever is logged in. */
export function actorOf({
  flags,
  loaded,
  world,
  worker,
}: Pick<RepositoryContext, "flags" | "loaded" | "world" | "worker">): string {
  if (worker !== null) return worker;
  const { owner } = loaded.config;
  const { environment } = world;
  const candidates = [
    flags["as"],
    owner === EVERYONE ? null : owner,
    environment["USER"],
    environment["USERNAME"],
    world.userName(),
  ];
  const name = candidates.find((candidate) => typeof candidate === "string" && candidate.trim() !== "");
  return typeof name === "string" ? name.trim() : "somebody";
}
