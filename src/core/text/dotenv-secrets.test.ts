import fc from "fast-check";
import { expect, test } from "vitest";
import { rounds } from "../../../test/support/rounds.ts";
import { DOTENV_VALUES_MAX, dotenvSecrets } from "./dotenv-secrets.ts";

test.each([
  ["plain", "A=hunter2-secret", ["hunter2-secret"]],
  ["any name", "COLOUR=hunter2-secret", ["hunter2-secret"]],
  ["export and spaces", "  export A = hunter2-secret ", ["hunter2-secret"]],
  ["double quotes", 'A="two words" # note', ["two words"]],
  ["single quotes", "A='it is \\n'", ["it is \\n"]],
  ["an escape", 'A="one\\ntwo"', ["one\\ntwo", "one\ntwo"]],
  ["several lines", 'A="one\ntwo"\nB=other-value', ["one\ntwo", "other-value"]],
  ["a comment", "A=hunter2 # note", ["hunter2"]],
  ["a number sign in the value", "A=hunter#2secret", ["hunter#2secret", "hunter"]],
  ["a quote that is not closed", 'A="hunter2', ["hunter2"]],
  ["CRLF", "A=hunter2\r\nB=hunter3\r\n", ["hunter2", "hunter3"]],
  ["a password in an address", "DATABASE_URL=postgres://me:hunter2-secret@db/app", ["hunter2-secret"]],
])("K48: a value of a .env file is a secret: %s", (_, text, expected) => {
  expect(dotenvSecrets(text)).toEqual(expect.arrayContaining(expected));
});

test("K48: what is in every log stays readable", () => {
  const text =
    "PORT=3000\nDEBUG=true\nNODE_ENV=development\nHOME_DIR=/var/data\nAPI=http://localhost:3000\nA=short\n# B=comment1";
  expect(dotenvSecrets(text)).toEqual([]);
});

test("K48: each value also in JSON and in addresses, the longest first", () => {
  expect(dotenvSecrets('A=pass"word/1')).toEqual(["pass%22word%2F1", 'pass\\"word/1', 'pass"word/1']);
});

test("K48: any text gives values, quickly, and a value that is set is found", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary" }),
      fc.stringMatching(/^[A-Za-z0-9+=-]{12,40}$/),
      (text, secret) => {
        const found = dotenvSecrets(`KEY=${secret}\n${text}`);
        expect(found.some((value) => value === secret) || /^\d+$/.test(secret)).toBe(true);
      },
    ),
    { numRuns: rounds({ short: 200, full: 5_000 }) },
  );
  expect(dotenvSecrets("A='\n".repeat(100_000)).length).toBeLessThanOrEqual(DOTENV_VALUES_MAX * 12);
});
