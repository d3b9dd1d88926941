import fc from "fast-check";
import { expect, test } from "vitest";
import { hideValues } from "../../core/text/redact-secrets.ts";
import { SecretMask } from "./secret-mask.ts";

function maskInPieces(
  text: string,
  { values, size }: { readonly values: readonly string[]; readonly size: number },
) {
  const mask = new SecretMask(values);
  const bytes = Buffer.from(text);
  const shown: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) shown.push(mask.push(bytes.subarray(at, at + size)));
  shown.push(mask.flush());
  return Buffer.concat(shown).toString();
}

test.each([1, 2, 3, 5, 8, 1_000])("S20: a secret is taken out wherever pieces of %d bytes end", (size) => {
  const values = ["hunter2-hunter3", "passwört", "hunter2"];
  const text = "a hunter2-hunter3 b\nhunter2-hunter2 hunterhunter2 passwört passwor hunter";
  expect(maskInPieces(text, { values, size })).toBe(
    "a [redacted] b\n[redacted]-[redacted] hunter[redacted] [redacted] passwor hunter",
  );
});

test("S20: pieces of any size show the same as the whole", () => {
  const word = fc.constantFrom("a", "b", "ab", "ba", "aab", "\n", "x");
  const text = fc.array(word, { maxLength: 60 }).map((words) => words.join(""));
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 9 }), (written, size) => {
      const values = ["aabab"];
      expect(maskInPieces(written, { values, size })).toBe(hideValues(written, values));
    }),
    { numRuns: 2_000 },
  );
});

test("what cannot be a secret is not held back", () => {
  const mask = new SecretMask(["hunter2"]);
  expect(mask.push(Buffer.from("50 % done")).toString()).toBe("50 % done");
  expect(mask.push(Buffer.from(" hun")).toString()).toBe(" ");
  expect(mask.push(Buffer.from("gry")).toString()).toBe("hungry");
});
