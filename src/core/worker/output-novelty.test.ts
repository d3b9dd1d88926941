import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NO_OUTPUT, type OutputMemory, readOutput } from "./output-novelty.ts";

/** Feeds the pieces one after the other and tells of each whether it was news. */
function news(...pieces: readonly string[]): readonly boolean[] {
  return read(...pieces).given;
}

function read(...pieces: readonly string[]): { memory: OutputMemory; given: readonly boolean[] } {
  let memory = NO_OUTPUT;
  const given = pieces.map((piece) => {
    const seen = readOutput(memory, piece);
    memory = seen.memory;
    return seen.isNews;
  });
  return { memory, given };
}

const lastLine = (...pieces: readonly string[]) => read(...pieces).memory.lastLine;

describe("what moves automatically is no news", () => {
  test.each<[string, string, string]>([
    ["the same line", "waiting for the lock\n", "waiting for the lock\n"],
    ["another number", "retry 1 of 900\n", "retry 2 of 900\n"],
    ["another time", "[2026-03-24T12:00:00.123Z] still here\n", "[2026-03-24T12:04:31.9Z] still here\n"],
    ["another spinner", "⠋ Installing\r", "⠙ Installing\r"],
    ["a plain spinner", "| building\r", "\\ building\r"],
    ["a longer bar", "[###     ] download\r", "[######  ] download\r"],
    ["another colour", "\u001b[32mok\u001b[0m then\n", "\u001b[1;31mok\u001b[m then\n"],
    ["another title", "\u001b]0;tab 1\u0007working\n", "\u001b]0;something else\u0007working\n"],
    ["another hash", "at 3f2a9c1d\n", "at 88aa01be\n"],
    ["another id", "id 5b0c6f1e-aaaa-bbbb-cccc-000000000001\n", "id deadbeef-aaaa-bbbb-cccc-000000000002\n"],
    ["capitals", "Done: nothing\n", "done: NOTHING\n"],
    ["no words at all", "hello\n", "42 .... 17 %\n\n\n"],
  ])("%s", (_name, first, second) => {
    expect(news(first, second)).toEqual([true, false]);
  });

  test("a loop over many lines", () => {
    const loop = Array.from({ length: 200 }, (_, at) => `step ${letters(at)}\n`).join("");
    expect(news(loop, loop, loop)).toEqual([true, false, false]);
  });

  test("a line that is printed in two pieces", () => {
    expect(news("waiting for the lock\n", "waiting fo", "r the lock\nwai", "ting for the lock\n")).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});

describe("what says something else is news", () => {
  test.each<[string, string, string]>([
    ["another word", "compiling core\n", "compiling web\n"],
    ["one new line among old ones", "a\nb\n", "a\nb\nc\nb\n"],
    ["words of another script", "готово\n", "不明\n"],
    ["a word that looks like half a hash", "added\n", "facade\n"],
  ])("%s", (_name, first, second) => {
    expect(news(first, second)).toEqual([true, true]);
  });

  test("a line without an end, once it is long", () => {
    expect(news("a ".repeat(400), "and so on ".repeat(30))).toEqual([false, true]);
  });

  test("a line that was last printed more than 200 others ago", () => {
    const others = Array.from({ length: 200 }, (_, at) => `step ${letters(at)}\n`).join("");
    expect(news("once\n", others, "once\n")).toEqual([true, true, true]);
  });
});

describe("the last line", () => {
  test.each<[string, string, string | null]>([
    ["the last that is not empty", "first\nsecond\n\n  \n", "second"],
    ["one that has not ended", "first\nPassword: ", "Password:"],
    ["what was written over", "10 %\r20 %\r30 %", "30 %"],
    [
      "without colours and controls",
      "\u001b[31mred\u001b[0m\u0007 \u202Eabc\tdef\n",
      "red\\x07 \\u202eabc def",
    ],
    ["an empty line in colour is none", "text\n\u001b[0m\n", "text"],
    ["nothing", "", null],
  ])("%s", (_name, text, expected) => {
    expect(lastLine(text)).toBe(expected);
  });

  test("is cut to 200 characters", () => {
    const line = lastLine(`${"word ".repeat(100)}\n`);
    expect(line).toHaveLength(200);
    expect(line).toMatch(/^word .*…$/);
  });

  test("stays when only blanks come after it", () => {
    expect(lastLine("said\n", "\n\n", " \n")).toBe("said");
  });

  test("S20: shows no secret", () => {
    const token = `ghp_${"a1B2".repeat(9)}`;
    expect(lastLine(`pushing with ${token}\n`)).toBe("pushing with [redacted]");
    expect(lastLine(`${"x ".repeat(95)}${token}\n`)).not.toContain(token.slice(0, 8));
  });

  test("S20: shows no row of a private key, whichever look it comes with", () => {
    const row = "Ab3/".repeat(16);
    const head = "-----BEGIN RSA PRIVATE KEY-----";
    expect(lastLine(`${head}\n${row}\n`, "c2hvcnQ=\n")).toBe("[redacted]");
    expect(lastLine(`${row}\n`)).toBe("[redacted]");
    expect(lastLine(`${head}\n${row}\n-----END RSA PRIVATE KEY-----\n`, "done\n")).toBe("done");
    // A program that only speaks of keys is not silenced for good.
    expect(lastLine(`looks for ${head}\n`, "found none in src\n")).toBe("found none in src");
  });
});

test("the same text is judged alike, however it is cut into pieces", () => {
  const line = fc.constantFrom("one", "two 12", "three\u001b[0m", "", "⠋ four", "1234");
  fc.assert(
    fc.property(fc.array(line, { maxLength: 30 }), fc.array(fc.nat({ max: 200 })), (lines, cuts) => {
      const text = lines.map((each) => `${each}\n`).join("");
      const at = [0, ...cuts.filter((cut) => cut < text.length).sort((a, b) => a - b), text.length];
      const pieces = at.slice(1).map((end, index) => text.slice(at[index], end));
      const whole = read(text);
      const cut = read(...pieces);
      expect([...cut.memory.lines]).toEqual([...whole.memory.lines]);
      expect(cut.given.includes(true)).toBe(whole.given.includes(true));
      expect(cut.memory.lastLine).toBe(whole.memory.lastLine);
    }),
  );
});

test("hostile output costs no more than its length, and what is kept is bounded", () => {
  const texts = ["\u001b[", "\u001b]x", "-----BEGIN ", "a1", "\r", "é", "password=", "https://a:"];
  for (const text of texts) {
    const { memory } = read(text.repeat(20_000), text.repeat(20_000));
    expect(memory.rest.length).toBeLessThanOrEqual(1_000);
    expect(memory.lines.size).toBeLessThanOrEqual(200);
    expect(memory.lastLine?.length ?? 0).toBeLessThanOrEqual(200);
  }
});

/** A word of its own for each number: numbers themselves are no news. */
function letters(at: number): string {
  return `${String.fromCharCode(97 + (at % 26))}${String.fromCharCode(97 + Math.floor(at / 26))}`;
}
