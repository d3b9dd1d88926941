// Fixed sleeps over 500 ms in tests: slow on a fast machine, flaky on a slow one. A test waits for the condition itself
// (`eventually`, `expect.poll`), or moves a fake clock; then its file may sleep as long as it likes.

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const SLEEP_MS_MAX = 500;
const SLEEP = /\b(?:waitForTimeout|sleep|delay)\(([\d_]+)\)|\bsetTimeout\((?:resolve|done), ([\d_]+)\)/g;

const root = fileURLToPath(new URL("..", import.meta.url));
const findings = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "--", "test", "*.test.ts"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\n")
  .filter((file) => file.endsWith(".ts") && existsSync(join(root, file)))
  .flatMap((file) => {
    const text = readFileSync(join(root, file), "utf8");
    return text.includes("useFakeTimers")
      ? []
      : text.split("\n").flatMap((line, index) => sleepsIn(line, `${file}:${index + 1}`));
  });
for (const finding of findings) console.log(finding);
process.exitCode = findings.length === 0 ? 0 : 1;

function sleepsIn(line: string, place: string): string[] {
  return [...line.matchAll(SLEEP)]
    .map(([, called = "", timed = ""]) => Number((called + timed).replaceAll("_", "")))
    .filter((ms) => ms > SLEEP_MS_MAX)
    .map((ms) => `${place}: sleeps ${ms} ms; wait for the condition instead`);
}
