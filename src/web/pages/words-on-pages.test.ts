import { expect, test } from "vitest";
import { sampleRow } from "../../../test/support/sample-snapshot.ts";
import { BUILT_IN_PROMPT } from "../../core/worker/prompt.ts";
import { withoutEmptyFields } from "../addresses/status-query.ts";
import { tickText } from "../assets/script/duration.js";
import { searchTasks } from "../routes/search.ts";
import { codeInText } from "./html/command-words.ts";

test("T26: commands in sentences are code, and the rest stays text", () => {
  expect(String(codeInText("look at it, then `tasks complete`"))).toBe(
    "look at it, then <code>tasks complete</code>",
  );
  expect(String(codeInText("a ` b <i>"))).toBe("a ` b &lt;i&gt;");
});

test("T26: a time that is only a minimum says so, and that it is past", () => {
  expect(tickText("least_ago", 4_000)).toBe("at least 4 s ago");
  expect(tickText("least", 4_000)).toBe("at least 4 s");
});

test("T27: no page says at least 0 s, which is true of everything", () => {
  expect(tickText("least_ago", 999)).toBe("at least a moment ago");
  expect(tickText("least", 0)).toBe("at least a moment");
  expect(tickText("for", 0)).toBe("0 s");
});

test("T21: fields that a form left empty are no part of an address", () => {
  expect(withoutEmptyFields("text=&priority=p1&milestone=")).toBe("/status?priority=p1");
  expect(withoutEmptyFields("text=&priority=")).toBe("/status");
  expect(withoutEmptyFields("priority=p1")).toBeNull();
  expect(withoutEmptyFields("")).toBeNull();
});

test("T23: a task is found by a word of its description", () => {
  const rows = [sampleRow({ key: "a", group: "ready", description: "Rotate the staging keys" })];
  expect(searchTasks(rows, "staging").rows.map(({ key }) => key)).toEqual(["a"]);
});

test("T25: says how to fix an unknown key", () => {
  expect(BUILT_IN_PROMPT).toMatch(/If one of them is wrong .* say which/s);
});
