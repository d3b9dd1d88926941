// Checks the docs: every relative link and image leads somewhere, every `npm run` script that is named exists, and no line
// holds an absolute path of one machine.

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const scripts = Object.keys(JSON.parse(readFileSync(join(root, "package.json"), "utf8")).scripts);
const documents = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "--", "*.md", ":!examples"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\n")
  .filter((file) => file !== "" && existsSync(join(root, file)));

const problems = documents.flatMap((file) => checkDocument(file, readFileSync(join(root, file), "utf8")));
for (const problem of problems) console.log(problem);
console.log(`${documents.length} documents, ${problems.length} problems.`);
process.exitCode = problems.length === 0 ? 0 : 1;

function checkDocument(file: string, text: string): string[] {
  return text.split("\n").flatMap((line, index) => {
    const at = `${file}:${index + 1}`;
    const wrong = [...brokenLinks(file, line), ...missingSources(line), ...unknownScripts(line)];
    return [...wrong, ...machinePaths(line)].map((problem) => `${at}: ${problem}`);
  });
}

function brokenLinks(file: string, line: string): string[] {
  const targets = [...line.matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g)].map((match) => match[1] ?? "");
  return targets
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => !existsSync(join(root, dirname(file), decodeURI(target))))
    .map((target) => `the link to ${target} leads nowhere`);
}

/** A source file or folder in backticks; in ARCHITECTURE.md and CONTRIBUTING.md `src/` may be left out. */
function missingSources(line: string): string[] {
  const paths = [...line.matchAll(/`((?:src|core|ports|config|adapters|app|web|cli)\/[\w./-]+)`/g)].map(
    ([, path = ""]) => path,
  );
  return paths
    .filter((path) => !existsSync(join(root, path)) && !existsSync(join(root, "src", path)))
    .map((path) => `there is no ${path}`);
}

function unknownScripts(line: string): string[] {
  return [...line.matchAll(/npm run ([a-z][\w:-]*)/g)]
    .map((match) => match[1] ?? "")
    .filter((name) => !scripts.includes(name))
    .map((name) => `package.json has no script "${name}"`);
}

function machinePaths(line: string): string[] {
  return /(?:^|[\s`"'(])\/(?:home|Users|root|work)\/\w/.test(line) ? ["an absolute path of one machine"] : [];
}
