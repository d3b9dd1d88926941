// File systems that other machines also write to: a watch there only reports this machine's changes.

import { statfsSync } from "node:fs";

/** Magic numbers of statfs(2): NFS, SMB in three forms, 9P, FUSE, AFS, Ceph, Coda, VirtualBox and VMware folders. */
const NETWORK_TYPES: ReadonlySet<number> = new Set([
  0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x01021997, 0x65735546, 0x5346414f, 0x00c36400, 0x73757245,
  0x786f4256, 0xbacbacbc,
]);

/** True when watches on this folder cannot be relied on. */
export function isNetworkFolder(folder: string): boolean {
  if (process.platform !== "linux") return false;
  try {
    return NETWORK_TYPES.has(statfsSync(folder).type);
  } catch {
    return false;
  }
}
