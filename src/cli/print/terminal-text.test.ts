import { describe, expect, test } from "vitest";
import { jsonText, terminalBlock, terminalText } from "./terminal-text.ts";

describe("S19: nothing from data acts on a terminal", () => {
  test.each([
    ["colour", "\u001B[31mred", "\\x1b[31mred"],
    ["title by OSC", "\u001B]0;owned\u0007", "\\x1b]0;owned\\x07"],
    ["8-bit CSI", "\u009B2J", "\\x9b2J"],
    ["carriage return that overwrites", "fine\rPWNED", "fine\\x0dPWNED"],
    ["new line in a one-line place", "a\nb", "a\\x0ab"],
    ["right-to-left override", "a\u202Egpj.exe", "a\\u202egpj.exe"],
    ["isolates", "\u2066x\u2069", "\\u2066x\\u2069"],
    ["zero width", "da\u200Bve", "da\\u200bve"],
    ["tag characters", "x\u{E0041}", "x\\u{e0041}"],
    ["lone surrogate", "x\uD800", "x\\ud800"],
    ["delete", "x\u007F", "x\\x7f"],
    ["ordinary text of any script", "Größe 東京 שלום 🚀 e\u0301", "Größe 東京 שלום 🚀 e\u0301"],
  ])("%s", (_, input, expected) => {
    expect(terminalText(input)).toBe(expected);
  });

  test("a block keeps its lines and widens tabs", () => {
    expect(terminalBlock("a\r\n\tb\u001B[2J\n")).toBe("a\n    b\\x1b[2J\n");
  });

  test("JSON escapes what JSON would leave raw, and parses back to the same value", () => {
    const value = { "k\u202E": "a\u009B\u2028\u007F\u001B[1m\u{E0041}\n" };
    const text = jsonText(value);
    expect(text).toMatch(/^[\n\x20-\x7E]*$/);
    expect(JSON.parse(text)).toEqual(value);
  });
});
