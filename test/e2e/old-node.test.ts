// `bin/tasks.js` on a Node that is too old says in one sentence what it needs, and a line that works.

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const BIN = fileURLToPath(new URL("../../bin/tasks.js", import.meta.url));
const OTHER_NODES = ["/usr/bin/node", "/usr/local/bin/node", "/opt/homebrew/bin/node"];

/** A Node of this machine older than 24; null when it has none. */
function findOldNode(): string | null {
  const found = OTHER_NODES.filter(existsSync).find(
    (node) =>
      Number(execFileSync(node, ["-p", "process.versions.node.split('.')[0]"], { encoding: "utf8" })) < 24,
  );
  return found ?? null;
}

/** Where there is no old Node, this one is made to look like one before the program starts. */
function runOnOldNode() {
  const old = findOldNode();
  const disguise = "data:text/javascript,Object.defineProperty(process.versions,'node',{value:'20.1.0'})";
  const typed = [BIN, "list", "--repo", "~/it's mine"];
  const words = old === null ? ["--import", disguise, ...typed] : typed;
  return spawnSync(old ?? process.execPath, words, { encoding: "utf8" });
}

test("an old Node gets one sentence and the same command with a Node of its own to paste, no stack", () => {
  const { status, stdout, stderr } = runOnOldNode();
  expect(status).toBe(2);
  expect(stdout).toBe("");
  const [sentence, line, ...rest] = stderr.trimEnd().split("\n");
  expect(sentence).toMatch(/^tasks needs Node\.js 24 or newer, and this is 2\d\.\d+\.\d+\. /);
  const [, pasted] = /^ {2}npx -y node@26 (.*)$/.exec(line ?? "") ?? [];
  const words = spawnSync("sh", ["-c", `printf '%s\\n' ${pasted}`], { encoding: "utf8" }).stdout;
  expect(words.split("\n")).toEqual([BIN, "list", "--repo", "~/it's mine", ""]);
  expect(rest).toEqual([]);
});

test("the bin stays plain JavaScript that an old Node can parse: no syntax newer than 2022, static imports of Node's own only", () => {
  const source = readFileSync(BIN, "utf8");
  expect([...source.matchAll(/^import .* from "(.*)";$/gm)].map(([, from]) => from)).toEqual([
    "node:fs",
    "node:url",
  ]);
});

test("on this Node it runs the commands", () => {
  const { status, stdout } = spawnSync(process.execPath, [BIN, "version"], { encoding: "utf8" });
  expect(status).toBe(0);
  expect(stdout).toMatch(/^tasks \d+\.\d+\.\d+ \(Node\.js /);
});
