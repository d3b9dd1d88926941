// Writes snapshot files for several owners at once, forever, until it is killed: `node snapshot-writer-child.ts <folder>`.

import { join } from "node:path";
import { writeFileAtomically } from "../../src/adapters/file-system/atomic-write.ts";
import { writeSealedJson } from "../../src/adapters/snapshot-file/sealed-json.ts";
import { snapshotFileName } from "../../src/adapters/snapshot-file/snapshot-file.ts";

const folder = process.argv[2] ?? "";
const owners = (process.argv[3] ?? "").split(",");
const generation = Number(process.argv[4]);

/** Different sizes for different generations, so that a mixture of two could not pass for either. */
async function writeForever(owner: string): Promise<void> {
  for (let round = 0; ; round += 1) {
    const mark = String(round % 10);
    // A write of many slices, with a list that is cut.
    const value = {
      owner,
      generation,
      round,
      padding: Array(200 + (round % 7) * 90).fill(mark.repeat(2_000)),
    };
    const file = join(folder, snapshotFileName(owner));
    await writeFileAtomically({ file, text: (opened) => writeSealedJson(opened, value) });
    if (round === 0) process.stdout.write("+");
  }
}

await Promise.all(owners.map(writeForever));
