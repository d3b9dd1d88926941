// Writes snapshot files for several owners at once, for ever, until it is killed: `node snapshot-writer-child.ts <folder>`.

import { join } from "node:path";
import { writeFileAtomically } from "../../src/adapters/files/atomic-write.ts";
import { sealJson } from "../../src/adapters/files/sealed-json.ts";
import { snapshotFileName } from "../../src/adapters/files/snapshot-file-name.ts";

const folder = process.argv[2] ?? "";
const owners = (process.argv[3] ?? "").split(",");
const generation = Number(process.argv[4]);

/** Different sizes for different generations, so that a mixture of two could not pass for either. */
async function writeForEver(owner: string): Promise<void> {
  for (let round = 0; ; round += 1) {
    const text = sealJson({
      owner,
      generation,
      round,
      padding: String(round % 10).repeat(20_000 + (round % 7) * 9_000),
    });
    await writeFileAtomically({ file: join(folder, snapshotFileName(owner)), text });
    if (round === 0) process.stdout.write("+");
  }
}

await Promise.all(owners.map(writeForEver));
