/** Relative where it is in the worktree, which is absolute; else as it was. */
export function inWorktree(path: string, worktree: string): string {
  return path.startsWith(`${worktree}/`) ? path.slice(worktree.length + 1) : path;
}
