// The program that holds off idle sleep, played by one that notes how it was called and runs what it is given.

import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterEach, describe, expect, test, vi } from "vitest";
import { createKeepAwake } from "./keep-awake.ts";

const cleanUps: (() => void)[] = [];
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

function play(program: string, script: string) {
  const folder = mkdtempSync(join(tmpdir(), "tasks-awake-"));
  cleanUps.push(() => rmSync(folder, { recursive: true }));
  const file = join(folder, program);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  const environment = { PATH: `${folder}:${process.env["PATH"]}`, FOLDER: folder };
  const read = (name: string) =>
    existsSync(join(folder, name)) ? readFileSync(join(folder, name), "utf8") : "";
  return { environment, read };
}

/** The last word is the program that runs while the lock is held. */
const PLAYED =
  'for word in "$@"; do echo "$word" >> "$FOLDER/words"; done; "$word"; echo over > "$FOLDER/over"';

// The program that is played is a shell script.
describe.runIf(process.platform !== "win32")("N68: idle sleep is held off by the system's program", () => {
  test.each<[NodeJS.Platform, string, readonly string[]]>([
    [
      "linux",
      "systemd-inhibit",
      ["--what=idle", "--mode=block", "--who=Dataface Tasks", "--why=2 workers at work", "cat"],
    ],
    ["darwin", "caffeinate", ["-i", "cat"]],
  ])("on %s until it is let go", async (platform, program, words) => {
    const { environment, read } = play(program, PLAYED);
    const awake = createKeepAwake({ environment, platform });
    const problems: string[] = [];
    awake.hold("2 workers at work", (sentence) => problems.push(sentence));
    awake.hold("3 workers at work", (sentence) => problems.push(sentence));
    await vi.waitFor(() => expect(read("words")).toBe(`${words.join("\n")}\n`));
    expect(read("over")).toBe("");
    awake.release();
    awake.release();
    await vi.waitFor(() => expect(read("over")).toBe("over\n"));
    expect(problems).toEqual([]);
  });

  test("what it says when it refuses is passed on", async () => {
    const { environment } = play("systemd-inhibit", 'echo "Failed to inhibit: Access denied" >&2; exit 1');
    const problems: string[] = [];
    const awake = createKeepAwake({ environment, platform: "linux" });
    awake.hold("1 worker at work", (sentence) => problems.push(sentence));
    await vi.waitFor(() =>
      expect(problems).toEqual(["Idle sleep is not held off: Failed to inhibit: Access denied"]),
    );
  });

  test.each<[NodeJS.Platform, string]>([
    ["linux", "Idle sleep is not held off: there is no systemd-inhibit."],
    ["darwin", "Idle sleep is not held off: there is no caffeinate."],
    ["win32", "Idle sleep cannot be held off on win32."],
  ])("without one on %s a sentence says so", (platform, expected) => {
    const problems: string[] = [];
    createKeepAwake({ environment: { PATH: "/nowhere" }, platform }).hold("", (sentence) =>
      problems.push(sentence),
    );
    expect(problems).toEqual([expected]);
  });
});
