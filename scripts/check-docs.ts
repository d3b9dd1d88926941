// Checks the docs: every relative link and image leads somewhere, every `npm run` script and source file that is named
// exists, and no line holds an absolute path of one machine. In comments of the code every file that is named exists.

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const scripts = Object.keys(JSON.parse(readFileSync(join(root, "package.json"), "utf8")).scripts);
const files = execFileSync("git", ["ls-files", "-co", "--exclude-standard", ":!examples"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\n")
  .filter((file) => file !== "" && existsSync(join(root, file)));
const documents = files.filter((file) => file.endsWith(".md"));
const code = files.filter((file) => /\.(ts|js)$/.test(file));

const problems = [
  ...documents.flatMap((file) =>
    checkLines(file, (line) => [
      ...brokenLinks(file, line),
      ...missingSources(line),
      ...unknownScripts(line),
      ...machinePaths(line),
    ]),
  ),
  ...code.flatMap((file) => checkLines(file, missingNames)),
];
for (const problem of problems) console.log(problem);
console.log(`${documents.length} documents and ${code.length} files of code, ${problems.length} problems.`);
process.exitCode = problems.length === 0 ? 0 : 1;

function checkLines(file: string, check: (line: string) => string[]): string[] {
  const lines = readFileSync(join(root, file), "utf8").split("\n");
  return lines.flatMap((line, index) => check(line).map((problem) => `${file}:${index + 1}: ${problem}`));
}

/** A comment names files by their names alone, or with some of their folders. */
function missingNames(line: string): string[] {
  const comment = /^\s*(?:\/\/|\/?\*)(.*)$/.exec(line)?.[1] ?? "";
  return [...comment.matchAll(/(?<![\w./"'-])((?:[\w-]+\/)*[a-z][\w-]*\.ts)\b/g)]
    .map(([, name = ""]) => name)
    .filter((name) => !code.some((file) => file === name || file.endsWith(`/${name}`)))
    .map((name) => `there is no ${name}`);
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
