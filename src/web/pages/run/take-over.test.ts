import { expect, test } from "vitest";
import { renderTakeOver } from "./take-over.ts";

const FREE = { key: "fix-ci", hasSession: true, takenBy: null };

test("K43: the page gives the command that takes over, and copies it; it opens nothing itself", () => {
  const page = String(renderTakeOver(FREE));
  expect(page).toContain("<code>tasks take fix-ci</code>");
  expect(page).toContain('data-copy="tasks take fix-ci"');
  expect(page).not.toMatch(/<(form|a|script)/);
});

test("K43: a run that is taken over says by whom, and how it is handed back", () => {
  const page = String(renderTakeOver({ ...FREE, takenBy: "<b>mia" }));
  expect(page).toContain("Taken over by <bdi>&lt;b&gt;mia</bdi>");
  expect(page).toContain("tasks take fix-ci --then hand-back");
});

test("K43: nothing in a task's name is run by the shell it is pasted into; without a session there is no command", () => {
  const page = String(renderTakeOver({ ...FREE, key: "fix $(ci)" }));
  expect(page).toContain('data-copy="tasks take &#39;fix $(ci)&#39;"');
  expect(renderTakeOver({ ...FREE, hasSession: false })).toBeNull();
});
