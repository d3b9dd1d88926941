import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { COMMAND_NAMES, loadCommand } from "./command-index.ts";
import type { InsideRun } from "./contract/command.ts";

const docs = readFileSync(new URL("../../docs/who-acts.md", import.meta.url), "utf8");

/** The commands that stand in a row of the table of docs/who-acts.md. */
function documented(row: RegExp): readonly string[] {
  const line = docs.split("\n").find((one) => one.startsWith("| `") && row.test(one)) ?? "";
  return [...(line.split("|")[1] ?? "").matchAll(/`([a-z -]+)`/g)].map(([, words = ""]) => words).sort();
}

/** Words that a command does something else with. */
const TYPED: readonly string[][] = [
  [],
  ["x"],
  ["x", "status=completed"],
  ["x", "status=ready"],
  ["forget", "x"],
  ["test"],
  ["resume"],
];
const FLAGS = [{}, { "dry-run": true }, { claim: true }, { interrupt: true }];

/** What each command declares, by name. */
const insideRunOf = new Map(
  await Promise.all(COMMAND_NAMES.map(async (name) => [name, (await loadCommand(name))?.insideRun] as const)),
);

function declared(name: string): ReadonlySet<InsideRun> {
  const insideRun = insideRunOf.get(name);
  if (typeof insideRun !== "function") return new Set(insideRun === undefined ? [] : [insideRun]);
  return new Set(TYPED.flatMap((words) => FLAGS.map((flags) => insideRun({ arguments: words, flags }))));
}

describe("J29: docs/who-acts.md says of each command what it declares", () => {
  const first = (words: string) => words.split(" ")[0] ?? "";

  test("refused", () => {
    const refused = COMMAND_NAMES.filter((name) => declared(name).has("refused"));
    expect([...new Set(documented(/refused with exit code/).map(first))]).toEqual(refused.toSorted());
  });

  test("recorded", () => {
    const recorded = COMMAND_NAMES.filter((name) => declared(name).has("recorded"));
    const shown = new Set(
      [/the feed, the row/, /a proposal/, /the same rules/].flatMap(documented).map(first),
    );
    // It records nothing: its pages have no buttons.
    expect([...shown, "serve"].toSorted()).toEqual(recorded.toSorted());
  });

  test.each<[string, readonly string[], Record<string, boolean>, InsideRun]>([
    ["update", ["x", "status=completed"], {}, "refused"],
    ["update", ["x", "priority=p1", "status=cancelled"], {}, "refused"],
    ["update", ["x", "gates_waived=none"], {}, "refused"],
    ["update", ["x", "status=ready", "title=completed"], {}, "recorded"],
    ["worker", [], {}, "allowed"],
    ["notify", ["status"], {}, "allowed"],
    ["notify", ["test", "ntfy"], {}, "refused"],
    ["worker", ["use", "claude"], {}, "refused"],
    ["dispatch", [], { "dry-run": true }, "allowed"],
    ["worktrees", ["prune"], {}, "refused"],
    ["worktrees", [], {}, "allowed"],
    ["runs", ["forget", "x"], {}, "refused"],
    ["runs", ["forget"], {}, "allowed"],
    ["next", [], {}, "allowed"],
    ["next", [], { claim: true }, "recorded"],
    ["continue", ["x"], { interrupt: true }, "refused"],
    ["continue", ["x"], {}, "recorded"],
    ["reconcile", [], {}, "allowed"],
  ])("%s %j %j is %s", (name, words, flags, expected) => {
    const insideRun = insideRunOf.get(name);
    const given = typeof insideRun === "function" ? insideRun({ arguments: words, flags }) : insideRun;
    expect(given).toBe(expected);
  });
});
