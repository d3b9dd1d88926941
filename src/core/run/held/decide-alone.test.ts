import { expect, test } from "vitest";
import { answerWords } from "./decide-alone.ts";

const permission = {
  text: "May it run `npm publish`?",
  request: { id: "r", about: "permission" },
} as const;
const by = { by: "mia", atMs: 1 };

test.each([
  ["Allow", "mia allows it. Do it now, exactly as you asked, before anything else."],
  ["Deny", "mia denies it. Do not ask for it again; go on without it."],
  ["Use the staging registry", "mia answers: Use the staging registry"],
])("N24: the first words after a permission was answered %s say what to do", (text, words) => {
  expect(answerWords(permission, { ...by, text })).toBe(
    `You asked for a permission: May it run \`npm publish\`?\n\n${words}`,
  );
});
