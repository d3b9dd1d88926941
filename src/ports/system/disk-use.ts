/** How much the folders that workers fill hold, on this machine. */
export type DiskUse = {
  /** The worktrees as runs name them (`.worktrees/fix-ci`), and the folder of run files. */
  folders(): Promise<readonly string[]>;
  /** Bytes; null for more than is counted, for a folder that is gone, and once cancelled. Never throws. */
  sizeOf(folder: string, signal: AbortSignal): Promise<number | null>;
};
