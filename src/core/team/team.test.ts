import { expect, test } from "vitest";
import { person, role } from "../../../test/support/task-tree.ts";
import type { ParsedPerson, ParsedRole } from "../contract/parsed-file.ts";
import { linkTeam } from "./team.ts";

function team(...files: ReturnType<typeof person>[]) {
  const parsed = files.map((file) => file.parsed);
  return linkTeam(
    parsed.filter((file): file is ParsedPerson => file.kind === "person"),
    parsed.filter((file): file is ParsedRole => file.kind === "role"),
  );
}

const dave = person("dave", ["davefowler"]);

test.each([
  ["dave", { owner: "dave", writtenAs: null, state: "known" }],
  ["Dave", { owner: "dave", writtenAs: "Dave", state: "known" }],
  ["dave.fowler", { owner: "dave", writtenAs: "dave.fowler", state: "known" }],
  ["architect", { owner: "dave", writtenAs: "architect", state: "known" }],
  ["qa", { owner: "qa", writtenAs: null, state: "unknown", unfilledRole: true }],
  ["zoe", { owner: "zoe", writtenAs: null, state: "unknown", unfilledRole: false }],
  [null, { owner: null, writtenAs: null, state: "none" }],
])("a task of %s", (written, expected) => {
  const roles = [role("architect", "zoe", "dave.fowler"), role("qa", "zoe")];
  expect(team(dave, ...roles).ownerOf(written)).toMatchObject(expected);
});

test("a role whose `filled_by` leads nowhere routes to its owner", () => {
  expect(team(dave, role("architect", "dave", "zoe")).ownerOf("architect").owner).toBe("dave");
});

test("roles that lead to each other resolve to no person, and say so", () => {
  const circle = team(dave, role("a", "b"), role("b", "a"));
  expect(circle.ownerOf("a").state).toBe("unknown");
  expect(circle.problems.map(({ code, file }) => `${code} ${file}`)).toEqual([
    "role_unfilled tasks/team/roles/a.md",
    "role_unfilled tasks/team/roles/b.md",
  ]);
});

test("S15: a long chain of roles ends", () => {
  const chain = Array.from({ length: 5000 }, (_, at) => role(`r${at}`, `r${at + 1}`));
  expect(team(dave, ...chain).ownerOf("r0").state).toBe("unknown");
});

test("an alias of two people means the first, and the second's file is flagged", () => {
  const shared = team(person("ana", ["boss"]), person("bob", ["Boss"]));
  expect(shared.ownerOf("boss").owner).toBe("ana");
  expect(shared.problems).toMatchObject([{ code: "alias_taken", file: "tasks/team/bob.md" }]);
});

test("people carry the roles that route to them", () => {
  expect(team(dave, role("qa", "dave"), role("architect", null, "dave")).people).toMatchObject([
    { slug: "dave", name: "dave", roles: ["architect", "qa"] },
  ]);
});

test("without people nothing is checked, roles included", () => {
  const unchecked = team(role("qa", "zoe"));
  expect(unchecked.checked).toBe(false);
  expect(unchecked.ownerOf("anyone")).toMatchObject({ owner: "anyone", state: "unchecked" });
  expect(unchecked.problems).toEqual([]);
});
