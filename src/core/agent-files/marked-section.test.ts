import fc from "fast-check";
import { expect, test } from "vitest";
import { rounds } from "../../../test/support/rounds.ts";
import { putSection, takeSection } from "./marked-section.ts";

const LINES = ["## Tasks", "", "Run `tasks prime`."];
const BEGIN = "<!-- tasks:begin (written by `tasks agents install`, removed by `tasks agents uninstall`) -->";

function put(before: string | null, lines: readonly string[] = LINES): string {
  const edited = putSection(before, lines);
  return edited.kind === "edited" && edited.text !== null ? edited.text : expect.fail("refused");
}

function take(text: string): string | null {
  const edited = takeSection(text);
  return edited.kind === "edited" ? edited.text : expect.fail(edited.message);
}

test.each([
  ["no file", null, `${BEGIN}\n## Tasks\n\nRun \`tasks prime\`.\n<!-- tasks:end -->\n`],
  ["text", "# Rules\n", `# Rules\n\n${BEGIN}\n## Tasks\n\nRun \`tasks prime\`.\n<!-- tasks:end -->\n`],
  ["no line break at the end", "x", `x\n\n${BEGIN}\n## Tasks\n\nRun \`tasks prime\`.\n<!-- tasks:end -->`],
  ["CRLF", "x\r\n", `x\r\n\r\n${BEGIN}\r\n## Tasks\r\n\r\nRun \`tasks prime\`.\r\n<!-- tasks:end -->\r\n`],
])("K63: a section is added at the end: %s", (_, before, expected) => {
  expect(put(before)).toBe(expected);
});

const text = fc
  .array(
    fc.oneof(
      fc.constantFrom("\n", "\r\n", "\r", "\n\n", "<!--", "# a", "tasks", " "),
      fc.string({ maxLength: 5 }),
    ),
    {
      maxLength: 20,
    },
  )
  .map((parts) => parts.join(""));

test("K63: install and uninstall give every file back as it was, byte for byte", () => {
  fc.assert(
    fc.property(fc.option(text), (before) => {
      expect(take(put(before))).toBe(before);
    }),
    {
      numRuns: rounds({ short: 1_000, full: 50_000 }),
      examples: [[null], [""], ["\n"], ["\r\n"], ["a\r"], ["a\n\r\n"]],
    },
  );
});

/** What is before and after the section. */
function outside(text: string): readonly string[] {
  const end = "<!-- tasks:end -->";
  return [text.slice(0, text.indexOf(BEGIN)), text.slice(text.indexOf(end) + end.length)];
}

test("K63: a second install, also with other lines, changes only what is between the marks", () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const edited = `${put(before)}${after}`;
      const renewed = put(edited, ["other"]);
      expect(outside(renewed)).toEqual(outside(edited));
      expect(renewed).toContain("other");
      expect(put(renewed)).toBe(edited);
    }),
    { numRuns: rounds({ short: 300, full: 10_000 }) },
  );
});

test("K63: what others write around the section later stays, and a file without one is left alone", () => {
  expect(take(`${put("# Rules\n")}\nmore\n`)).toBe("# Rules\n\nmore\n");
  expect(take(`${put(null)}more\n`)).toBe("more\n");
  expect(take("# Rules\n")).toBe("# Rules\n");
});

test.each([
  ["no end", `${BEGIN}\nx\n`],
  ["no begin", "x\n<!-- tasks:end -->\n"],
  ["two sections", `${BEGIN}\n<!-- tasks:end -->\n${BEGIN}\n<!-- tasks:end -->\n`],
  ["end before begin", `<!-- tasks:end -->\n${BEGIN}\n`],
])("K63: marks that are not a pair are refused: %s", (_, damaged) => {
  expect(putSection(damaged, LINES).kind).toBe("refused");
  expect(takeSection(damaged).kind).toBe("refused");
});
