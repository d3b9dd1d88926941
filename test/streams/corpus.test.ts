// What the corpus of streams promises to the tests that read it.

import { readdirSync, readFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const corpus = fileURLToPath(new URL(".", import.meta.url));
const files = readdirSync(corpus, { recursive: true, encoding: "utf8" }).filter((name) =>
  name.endsWith(".jsonl"),
);

/** A parser is tried at every chunk boundary of every file, so no file may be large. */
const MAX_BYTES = 60_000;

/** Every agent is recorded in these; what else it can do has files of its own. */
const SITUATIONS = [
  ...["normal", "denied", "limit", "error-401", "error-500", "cut"],
  ...["torn", "killed-in-tool", "resumed"],
];

test("K70: the corpus has every situation of every agent, each in a small file", () => {
  const kinds = readdirSync(corpus, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const missing = kinds.flatMap(({ name: kind }) =>
    SITUATIONS.filter((situation) => !files.includes(join(kind, `${situation}.jsonl`))).map(
      (situation) => `${kind}/${situation}`,
    ),
  );
  expect(kinds.length).toBeGreaterThan(1);
  expect(missing).toEqual([]);
  expect(files.filter((file) => read(file).length > MAX_BYTES)).toEqual([]);
});

test("K70: a recording is whole lines of JSON, save where the agent was ended in one", () => {
  const broken = files.filter((file) => !read(file).split("\n").filter(Boolean).every(isJson));
  expect(broken.map((file) => basename(file))).toEqual(broken.map(() => "torn.jsonl"));
  expect(broken.length).toBeGreaterThan(0);
});

test("K70: nothing in the corpus names the machine it was recorded on", () => {
  const places = [join(tmpdir(), "agent-"), `${homedir()}/`];
  const namesIt = (text: string) =>
    places.some((place) => text.includes(place)) || /127\.0\.0\.1:\d/.test(text);
  expect(files.filter((file) => namesIt(read(file)))).toEqual([]);
});

function read(file: string): string {
  return readFileSync(join(corpus, file), "utf8");
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
