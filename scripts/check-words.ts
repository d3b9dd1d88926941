// Fails on words to avoid (words-to-avoid.ts), with the better ones.

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { instead, wordsIn } from "./words-to-avoid.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const FILES = [
  "src",
  "scripts",
  "bench",
  "test",
  "docs",
  "*.md",
  "bin",
  ":!CHANGELOG.md",
  ":!bench/baseline.json",
  ":!examples",
  ":!docs/schemas",
];
/** They hold the words themselves. */
const LISTS = ["scripts/words-to-avoid.ts", "test/project/words.test.ts"];

const findings = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "--", ...FILES], {
  cwd: root,
  encoding: "utf8",
})
  .split("\n")
  .filter((file) => /\.(ts|js|md|css|json)$/.test(file) && !LISTS.includes(file))
  .filter((file) => existsSync(join(root, file)))
  .flatMap((file) =>
    readFileSync(join(root, file), "utf8")
      .split("\n")
      .flatMap((line, index) =>
        wordsIn(line).map((word) => `${file}:${index + 1}: "${word}": ${instead(word)}`),
      ),
  );
for (const finding of findings) console.log(finding);
console.log(`${findings.length} words to replace.`);
process.exitCode = findings.length === 0 ? 0 : 1;
