import { expect, test } from "vitest";
import { build, milestone, person, role } from "../../../test/support/task-tree.ts";
import { assembleSnapshot } from "../publication/assemble.ts";
import { findUnknownName, findUnknownWorkstream, type NewNames, type Tree } from "./check-names.ts";

const tree = treeOf([
  person("dave", ["davefowler"], "Dave Fowler"),
  person("mia"),
  role("architect", "mia"),
  milestone("m1"),
  { slug: "a", dependencies: ["b"] },
  { slug: "b", dependencies: ["c"] },
  { slug: "c" },
  { slug: "own", id: "M1-INFRA-001", lines: { id: 2 } },
  { slug: "twin", workstream: "web" },
  { slug: "twin", workstream: "infra" },
]);

function treeOf(files: Parameters<typeof build>[0]): Tree {
  const { header, rows } = build(files);
  return assembleSnapshot({
    header,
    rows: [...rows.values()],
    seq: 1,
    epoch: 1,
    publishedAt: "2026-03-24T12:00:00.000Z",
  });
}

const check = (wanted: Partial<NewNames>, asked = tree) =>
  findUnknownName(asked, { key: "c", workstream: "infra", ...wanted });

test.each<[Partial<NewNames>]>([
  [{}],
  [{ owner: "dave" }],
  [{ owner: "Dave.Fowler" }],
  [{ owner: "davefowler" }],
  [{ owner: "architect" }],
  [{ milestone: "m1" }],
  [{ initiative: "anything" }],
  [{ id: "NEW-1" }],
  [{ id: "INFRA-C" }],
  [{ dependencies: ["own", "M1-INFRA-001", "m1-infra-001", "infra/own", "INFRA-OWN", "web/twin"] }],
])("%j is fine", (wanted) => {
  expect(check(wanted)).toBeNull();
});

test.each<[Partial<NewNames>, RegExp, RegExp]>([
  [{ owner: "dav" }, /There is no owner "dav"/, /Did you mean dave\? Owners are: dave, mia\./],
  [{ owner: "zoe" }, /There is no owner "zoe"/, /^Owners are: dave, mia\.$/],
  [{ milestone: "m2" }, /no milestone "m2"/, /Milestones are: m1/],
  [{ id: "M1-INFRA-001" }, /already belongs to own/, /another/],
  [{ dependencies: ["c1"] }, /No task is called "c1"/, /tasks list/],
  [{ dependencies: ["ownn"] }, /No task is called "ownn"/, /Did you mean own\?/],
  [{ dependencies: ["twin"] }, /"twin" could mean infra\/twin and web\/twin/, /in full/],
  [{ dependencies: ["c"] }, /depend on itself/, /Remove it/],
  [{ dependencies: ["a"] }, /a already waits for c/, /Remove one/],
])("%j is refused with what was meant", (wanted, message, hint) => {
  const refused = check(wanted);
  expect(refused?.message).toMatch(message);
  expect(refused?.hint).toMatch(hint);
});

test("without people files any owner is fine, as anywhere else", () => {
  expect(check({ owner: "zoe" }, treeOf([{ slug: "c" }]))).toBeNull();
});

test("a workstream has a file, or tasks", () => {
  expect(findUnknownWorkstream(tree, "web")).toBeNull();
  expect(findUnknownWorkstream(tree, "wbe")).toMatchObject({
    message: 'There is no workstream "wbe".',
    hint: "Did you mean web? Workstreams are: infra, web.",
  });
});
