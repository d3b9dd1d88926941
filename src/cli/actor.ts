// Who acts: the name that the feed, the page and the run show.

import { EVERYONE } from "../core/team/resolve-owner.ts";
import type { Flag, RepositoryContext } from "./command.ts";

export const AS: Flag = {
  usage: "--as <name>",
  description: "who does it (default: the owner in the settings, else the user of this machine)",
};

/** `--as`, else the configured owner, else whoever is logged in. */
export function actorOf({
  flags,
  loaded,
  world,
}: Pick<RepositoryContext, "flags" | "loaded" | "world">): string {
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
