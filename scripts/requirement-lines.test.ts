import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { repeatedNumbers, withoutRepeats } from "./requirement-lines.ts";

const text = (...lines: readonly string[]) =>
  ["# Requirements", "", "| line | what | proof |", "|---|---|---|", ...lines, ""].join("\n");

test.each([
  { name: "none", lines: ["| N1 | a | |", "| N11 | a | |"], repeated: "" },
  {
    name: "one that came twice",
    lines: ["| N1 | a | `x` |", "| N2 | b | |", "| N1 | a | `x` |"],
    repeated: "line N1",
  },
  { name: "two lines under one number", lines: ["| N1 | a | |", "| N1 | b | |"], repeated: "line N1" },
  { name: "thrice", lines: ["| Q2 | a | |", "| Q2 | a | |", "| Q2 | a | |"], repeated: "line Q2" },
])("Q8: repeated numbers: $name", ({ lines, repeated }) => {
  expect(
    repeatedNumbers(text(...lines))
      .map((number) => `line ${number}`)
      .join(),
  ).toBe(repeated);
});

test("Q8: only a line that is the same word for word is left out", () => {
  expect(withoutRepeats(text("| N1 | a | |", "| N2 | b | |", "| N1 | a | |"))).toBe(
    text("| N1 | a | |", "| N2 | b | |"),
  );
  const different = text("| N1 | a | |", "| N1 | b | |");
  expect(withoutRepeats(different)).toBe(different);
});

test("Q8: each number stands once in docs/requirements.md", () => {
  const document = fileURLToPath(new URL("../docs/requirements.md", import.meta.url));
  expect(repeatedNumbers(readFileSync(document, "utf8"))).toEqual([]);
});
