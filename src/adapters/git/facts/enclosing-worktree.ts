import { lstatSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";

/** The linked worktree that a folder lies in, absolute and real; null in a main worktree, and outside of git. */
export function enclosingWorktree(folder: string): string | null {
  try {
    for (let place = realpathSync.native(folder); ; place = dirname(place)) {
      const git = lstatSync(join(place, ".git"), { throwIfNoEntry: false });
      // A linked worktree has a file that leads to its git folder.
      if (git !== undefined) return git.isFile() ? place : null;
      if (dirname(place) === place) return null;
    }
  } catch {
    return null; // It was deleted, or may not be looked at.
  }
}
