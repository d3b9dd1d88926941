// Another process that swaps a folder for a link, over and over, as fast as it can: the attack that a check before
// the opening cannot stop.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { onTestFinished } from "vitest";

const SCRIPT = `
  const { renameSync, symlinkSync, unlinkSync } = require("node:fs");
  const [folder, outside] = process.argv.slice(1);
  const swap = () => {
    for (let round = 0; round < 50; round += 1) {
      renameSync(folder, folder + ".real");
      symlinkSync(outside, folder);
      unlinkSync(folder);
      renameSync(folder + ".real", folder);
    }
    setImmediate(swap);
  };
  process.stdout.write("swapping");
  process.stdin.on("end", () => process.exit(0)).resume();
  swap();`;

/** Resolves once the swapping continues; `stop` ends it with the folder back in place. */
export async function swapForever(folder: string, outside: string): Promise<{ stop(): Promise<void> }> {
  const child = spawn(process.execPath, ["-e", SCRIPT, folder, outside], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  await once(child.stdout, "data");
  return {
    async stop() {
      child.stdin.end();
      await once(child, "exit");
    },
  };
}
