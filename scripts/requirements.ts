// Checks the last column of docs/requirements.md: the test files with a test whose title begins with the line's number
// ("F3: ..." or "F3, F12: ..."). `--write` updates the document; without it a difference is a failure. A number that stands
// twice always is.

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { repeatedNumbers, withoutRepeats } from "./requirement-lines.ts";

const TITLE = /["'`]((?:[A-Z]\d{1,2})(?:(?:, | and |\/|–)[A-Z]\d{1,2})*)\b[^"'`\n]{0,200}/g;
const root = fileURLToPath(new URL("..", import.meta.url));
const document = join(root, "docs/requirements.md");

const before = readFileSync(document, "utf8");
const after = withoutRepeats(withProof(before, testFilesByRequirement()));
const proven = after.split("\n").filter((line) => /^\| [A-Z]\d+ \|.*\| `[^|]*` \|$/.test(line)).length;
const total = after.split("\n").filter((line) => /^\| [A-Z]\d+ \|/.test(line)).length;
if (process.argv.includes("--write")) writeFileSync(document, after);
else if (before !== after) {
  console.log("docs/requirements.md is out of date: run `node scripts/requirements.ts --write`.");
  process.exitCode = 1;
}
const repeated = repeatedNumbers(after);
if (repeated.length > 0) {
  console.log(`docs/requirements.md has more than one line with the number ${repeated.join(", ")}.`);
  process.exitCode = 1;
}
console.log(`${proven} of ${total} requirements have a test or a benchmark.`);

/** Requirement number -> files with a test title (or a benchmark) that begins with it, in order of path. */
function testFilesByRequirement(): Map<string, string[]> {
  const files = execFileSync(
    "git",
    ["ls-files", "-co", "--exclude-standard", "--", "*.test.ts", "bench/*.ts"],
    {
      cwd: root,
      encoding: "utf8",
    },
  );
  const found = new Map<string, string[]>();
  for (const file of files.split("\n").filter(Boolean).sort()) {
    const text = readFileSync(join(root, file), "utf8");
    const numbers = [...text.matchAll(TITLE)].flatMap((match) => match[1]?.match(/[A-Z]\d+/g) ?? []);
    for (const number of new Set(numbers)) found.set(number, [...(found.get(number) ?? []), file]);
  }
  return found;
}

function withProof(text: string, proof: Map<string, string[]>): string {
  return text.replace(/^\| ([A-Z]\d+) \| (.*) \|[^|]*\|$/gm, (_, number: string, what: string) => {
    const files = (proof.get(number) ?? []).map((file) => `\`${file}\``).join(" ");
    return `| ${number} | ${what} | ${files} |`;
  });
}
