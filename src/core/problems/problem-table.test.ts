import { describe, expect, test } from "vitest";
import { PROBLEM_TABLE, problem, REFUSED_CODES, UNREADABLE_CODES } from "./problem-table.ts";

describe("problems", () => {
  test("carry code, severity, place, message and hint", () => {
    const place = { file: "tasks/team/dave.md", line: 3 };
    expect(problem("key_misspelt", place, { key: "alias", meant: "aliases" })).toEqual({
      code: "key_misspelt",
      severity: "warning",
      ...place,
      message: 'The key "alias" is not read. It looks like aliases, which is missing.',
      hint: "Did you mean aliases?",
    });
  });

  test("quote values on one line, short, and without characters that act on a terminal or turn the text around", () => {
    const { message } = problem(
      "status_unknown",
      { file: "x", line: 1 },
      { value: `a\u001b[31m\n\u202E${"b".repeat(100)}`, meant: null },
    );
    expect(message).toMatch(/^The status "a\uFFFD\[31m\uFFFD\uFFFDb{52}…" is not one of /);
  });

  test("a file that could not be opened is unreadable as well, and an unreadable one an error", () => {
    for (const code of REFUSED_CODES) expect(UNREADABLE_CODES).toContain(code);
    for (const code of UNREADABLE_CODES) {
      expect(PROBLEM_TABLE[code as keyof typeof PROBLEM_TABLE].severity).toBe("error");
    }
  });
});
