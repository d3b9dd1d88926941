import { describe, expect, test } from "vitest";
import { build, person, role } from "../../../test/support/task-tree.ts";
import { assembleSnapshot } from "../publication/assemble.ts";
import { resolveOwner } from "./resolve-owner.ts";

function snapshotOf(...files: Parameters<typeof build>[0]) {
  const { header, rows } = build(files);
  return assembleSnapshot({
    header,
    rows: rows.values(),
    seq: 1,
    epoch: 1,
    publishedAt: "2026-03-24T12:00:00.000Z",
  });
}

describe("with people files", () => {
  const snapshot = snapshotOf(
    person("dave", ["davefowler"], "David Q. Fowler"),
    person("rj"),
    role("architect", "rj", "dave"),
    role("lead", "architect"),
    role("empty", null),
  );

  test.each([
    ["dave", "dave", "slug"],
    ["DAVE", "dave", "slug"],
    ["dave.fowler", "dave", "alias"],
    ["Dave Fowler", "dave", "alias"],
    ["dave-fowler", "dave", "alias"],
    ["david q fowler", "dave", "name"],
    ["architect", "dave", "role"],
    ["lead", "dave", "role"],
    ["rj", "rj", "slug"],
  ])("%s is %s, by %s", (asked, name, as) => {
    expect(resolveOwner(snapshot, asked)).toEqual({ kind: "person", name, resolvedFrom: asked, as });
  });

  test.each(["everyone", "Everyone"])("%s is all of it", (asked) => {
    expect(resolveOwner(snapshot, asked)).toEqual({ kind: "everyone" });
  });

  test.each(["zoe", "empty", "", "__proto__", "constructor"])(
    "S14: %j is unknown and the valid ones are listed",
    (asked) => {
      expect(resolveOwner(snapshot, asked)).toEqual({
        kind: "unknown",
        asked,
        valid: ["everyone", "dave", "rj"],
      });
    },
  );
});

describe("without people files", () => {
  const snapshot = snapshotOf({ slug: "a", owner: "Dave" }, { slug: "b", owner: "d.a.v.e" }, { slug: "c" });

  test("owners are taken as tasks write them", () => {
    expect(resolveOwner(snapshot, "dave")).toEqual({
      kind: "person",
      name: "Dave",
      resolvedFrom: "dave",
      as: "as_written",
    });
  });

  test("others are unknown", () => {
    expect(resolveOwner(snapshot, "rj")).toEqual({
      kind: "unknown",
      asked: "rj",
      valid: ["everyone", "Dave"],
    });
  });
});
