// Free disk space, inodes and memory of this machine, as the system says.

import { readFile, statfs } from "node:fs/promises";
import { join } from "node:path";
import { WORKTREES_FOLDER } from "../../core/worker/worktree-name.ts";
import type { MachineRoom } from "../../ports/system/machine-room.ts";

export type MachineRoomOptions = {
  /** Absolute: of the repository. */
  readonly root: string;
  /** Linux's. Elsewhere there is none: what macOS calls free leaves out the memory of its caches, and says nothing. */
  readonly meminfo?: string;
};

export function createMachineRoom({ root, meminfo = "/proc/meminfo" }: MachineRoomOptions): MachineRoom {
  return {
    async measure() {
      const [disk, memoryBytes] = await Promise.all([measureDisk(root), availableMemory(meminfo)]);
      return { ...disk, memoryBytes, usedBytes: null };
    },
  };
}

/** `.worktrees` may be a mount of its own; before the first worktree there is none. */
async function measureDisk(root: string) {
  const stats =
    (await statfs(join(root, WORKTREES_FOLDER)).catch(() => null)) ?? (await statfs(root).catch(() => null));
  if (stats === null) return { diskBytes: null, inodesPercent: null };
  const { bavail, bsize, files, ffree } = stats;
  // File systems that make inodes as they need them count none.
  return { diskBytes: bavail * bsize, inodesPercent: files > 0 ? (ffree / files) * 100 : null };
}

async function availableMemory(meminfo: string): Promise<number | null> {
  const text = await readFile(meminfo, "utf8").catch(() => "");
  const kilobytes = /^MemAvailable:\s+(\d+) kB$/m.exec(text)?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) * 1024;
}
