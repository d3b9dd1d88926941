import { expect, test } from "vitest";
import { parseHistory, planHistory } from "./plan-history.ts";

const NOW_MS = Date.UTC(2026, 2, 24, 12);
const plan = (commits: string) =>
  planHistory({
    history: parseHistory(`written_on: 2026-03-24\ncommits:\n${commits}`),
    files: ["tasks/team/dave.md", "tasks/workstreams/infra/tasks/fix.md"],
    people: new Map([["dave", "Dave Fowler"]]),
    nowMs: NOW_MS,
  });

test("commits come oldest first, dated from now, by people of the tree; unnamed files are in the first one", () => {
  const commits = plan(`
- { hours_ago: 3, author: zoe, subject: Later, files: [infra/fix] }
- { hours_ago: 30, author: dave, subject: Earlier, files: [] }
`);
  expect(commits).toEqual([
    {
      atMs: NOW_MS - 30 * 3_600_000,
      author: { name: "Dave Fowler", email: "dave@example.com" },
      subject: "Earlier",
      paths: ["tasks/team/dave.md"],
    },
    {
      atMs: NOW_MS - 3 * 3_600_000,
      author: { name: "zoe", email: "zoe@example.com" },
      subject: "Later",
      paths: ["tasks/workstreams/infra/tasks/fix.md"],
    },
  ]);
});

test("a history with a misspelt key is refused, not half understood", () => {
  expect(() => plan("- { hour_ago: 3, author: zoe, subject: Later, files: [] }")).toThrow(/hour_ago/);
});
