import fc from "fast-check";
import { expect, it } from "vitest";
import { ownerOfSnapshotFile, snapshotFileName } from "./snapshot-file.ts";

it.each([
  ["dave", "task-manager-dave.snapshot.json"],
  ["everyone", "task-manager-everyone.snapshot.json"],
  ["sr-engineer.2_b", "task-manager-sr-engineer.2_b.snapshot.json"],
  ["Dave", "task-manager-~44ave.snapshot.json"],
  ["../../etc/passwd", "task-manager-..~2f..~2fetc~2fpasswd.snapshot.json"],
  ["..\\up", "task-manager-..~5cup.snapshot.json"],
  ["a\0b\nc", "task-manager-a~00b~0ac.snapshot.json"],
  ["~", "task-manager-~7e.snapshot.json"],
  ["", "task-manager-.snapshot.json"],
  ["名", "task-manager-~e5~90~8d.snapshot.json"],
])("S16: the file of owner %j is %s", (owner, name) => {
  expect(snapshotFileName(owner)).toBe(name);
  expect(ownerOfSnapshotFile(name)).toBe(owner);
});

it("S9: any owner's file stays in its folder, is its own, and tells whose it is", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (one, other) => {
      const name = snapshotFileName(one);
      expect(name).toMatch(/^task-manager-[a-z0-9._~-]*\.snapshot\.json$/);
      expect(name.length).toBeLessThanOrEqual(200);
      if (one !== other) expect(snapshotFileName(other)).not.toBe(name);
      if (!name.includes("~~")) expect(ownerOfSnapshotFile(name)).toBe(one);
    }),
    { numRuns: 1_000 },
  );
});

it("an owner too long for a file name gets a short one of its own, which cannot be read back", () => {
  const [one, other] = [`${"x".repeat(4_000)}1`, `${"x".repeat(4_000)}2`];
  expect(snapshotFileName(one).length).toBeLessThanOrEqual(200);
  expect(snapshotFileName(one)).not.toBe(snapshotFileName(other));
  expect(ownerOfSnapshotFile(snapshotFileName(one))).toBeNull();
});

it.each([
  "store.sqlite",
  "task-manager-Dave.snapshot.json",
  ".task-manager-dave.snapshot.json.1-2-3.tmp",
  "task-manager-~zz.snapshot.json",
])("%s is not a snapshot file", (name) => expect(ownerOfSnapshotFile(name)).toBeNull());
