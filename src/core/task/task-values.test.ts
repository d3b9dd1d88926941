import { describe, expect, test } from "vitest";
import { readValue, splitNames } from "./task-values.ts";

const read = (key: string, value: string, anyKey = false) => readValue(key, value, { anyKey });

test.each<[string, string, object]>([
  ["status", "ready", { kind: "text", key: "status", text: "ready" }],
  ["priority", " p1 ", { kind: "text", key: "priority", text: "p1" }],
  ["title", "Fix: it", { kind: "text", key: "title", text: "Fix: it" }],
  ["owner", "", { kind: "remove", key: "owner" }],
  ["dependencies", "a, b,,a", { kind: "list", key: "dependencies", items: ["a", "b"] }],
  ["dependencies", " ", { kind: "remove", key: "dependencies" }],
  ["completed", "2026-03-24", { kind: "text", key: "completed", text: "2026-03-24" }],
  ["description", "a\nb", { kind: "text", key: "description", text: "a\nb" }],
  ["pr_number", "12", { kind: "text", key: "pr_number", text: "12" }],
])("%s=%s", (key, value, edit) => {
  expect(read(key, value)).toEqual({ kind: "edit", edit });
});

describe("a value that the reader of the file would flag is refused, with what was meant", () => {
  test.each<[string, string, RegExp, RegExp]>([
    ["status", "redy", /"redy" is not one of/, /Did you mean ready/],
    ["status", "wip", /"wip" is not one of/, /Did you mean in_progress/],
    ["status", "done", /old word/, /completed/],
    ["priority", "1", /"1" is not one of/, /Did you mean p1/],
    ["completed", "2026-02-30", /not an ISO date/, /2026-03-24/],
    ["pr_url", "nowhere", /is invalid/, /https/],
    ["pr_number", "x", /is invalid/, /bare number/],
    ["title", "a\nb", /title has more than one line/, /on one line/],
    ["owner", "dave\r\nmia", /owner has more than one line/, /on one line/],
    ["title", "x".repeat(1001), /longer than 1000/, /short/],
    ["ownr", "dave", /Unknown key "ownr"/, /Did you mean owner\? .*--any-key/],
    ["x-tool", "1", /Unknown key/, /--any-key/],
  ])("%s=%s", (key, value, message, hint) => {
    const refused = read(key, value);
    expect(refused.kind).toBe("refused");
    if (refused.kind !== "refused") return;
    expect(refused.message).toMatch(message);
    expect(refused.hint).toMatch(hint);
  });
});

test("any key is taken when that is wanted", () => {
  expect(read("x-tool", "1", true)).toMatchObject({ kind: "edit", edit: { key: "x-tool", text: "1" } });
});

test("names are separated by commas", () => {
  expect(splitNames(" a ,b,, a")).toEqual(["a", "b"]);
  expect(splitNames("")).toEqual([]);
});
